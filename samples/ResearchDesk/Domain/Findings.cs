using System.Text.RegularExpressions;
using AgentFlow;

namespace ResearchDesk;

/// <summary>A figure as one file tells it.</summary>
/// <param name="Name">What it is a figure of, the same in all files: <c>revenue of paid social</c>.</param>
/// <param name="Source">The file.</param>
/// <param name="Rows">How many single records it is the sum of; 0 when the file only says so.</param>
internal sealed record Figure(string Name, decimal Value, string Unit, string Source, int Rows)
{
    public override string ToString() => $"{Value:#,0.##}{(Unit.Length == 0 ? "" : " ")}{Unit} ({Source})";
}

/// <summary>Something worth quoting.</summary>
internal sealed record Remark(string Text, string Source);

/// <summary>What was found, in one file or in all.</summary>
internal sealed record Findings(IReadOnlyList<Figure> Figures, IReadOnlyList<Remark> Remarks)
{
    public static Findings None { get; } = new([], []);

    public static Findings Of(IEnumerable<Findings> all) => all.Aggregate(None, (sum, one) => sum.And(one));

    public Findings And(Findings more) => new([.. Figures.Union(more.Figures)], [.. Remarks.Union(more.Remarks)]);

    /// <summary>Each figure with everything that is said about it.</summary>
    public IReadOnlyList<IReadOnlyList<Figure>> ByName() =>
        [.. Figures.GroupBy(figure => figure.Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (IReadOnlyList<Figure>)[.. group])];

    /// <summary>What is told differently, in a sentence each.</summary>
    public IReadOnlyList<string> Disputes() =>
        [.. ByName().Where(told => told.Select(figure => Math.Round(figure.Value)).Distinct().Count() > 1).Select(told => $"{told[0].Name}: {string.Join(", ", told)}")];
}

/// <summary>What became of the figures.</summary>
internal static partial class SettledFigures
{
    public static IEnumerable<Reconciled<Figure>> Disputed(this IEnumerable<Reconciled<Figure>> settled) => settled.Where(one => one.Losers.Count > 0);

    /// <summary>The dispute in a line, for people.</summary>
    public static string Dispute(this Reconciled<Figure> one) => $"{one.Value}, not {string.Join(" or ", one.Losers.Select(loser => loser.Value))}";

    /// <summary>Why this value counts: the judge's words, where there was one, or how many agreed.</summary>
    public static string Why(this Reconciled<Figure> one) =>
        Ruled().Match(one.Reason) is { Success: true } ruled ? one.Reason[(ruled.Index + ruled.Length)..].Replace($"{one.Value.Name}: ", "", StringComparison.Ordinal) : one.Reason;

    [GeneratedRegex(@"'[\w-]+' says \d+: ")]
    private static partial Regex Ruled();
}
