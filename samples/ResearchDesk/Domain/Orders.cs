using AgentFlow;

namespace ResearchDesk;

/// <summary>What the lead is asked, and what there is to read.</summary>
internal sealed record Brief(string Question, IReadOnlyList<Source> Sources);

/// <summary>A file that can be read.</summary>
/// <param name="Kind">table or text.</param>
/// <param name="Opening">Its first line.</param>
internal sealed record Source(string Name, string Kind, string Opening);

/// <summary>For the worker who researches.</summary>
/// <param name="Question">What is to be found out.</param>
/// <param name="Files">The names of the files to read.</param>
internal sealed record ResearchOrder(string Question, IReadOnlyList<string> Files);

/// <summary>What the lead is told of a research; the findings themselves stay in the state of the run.</summary>
internal sealed record ResearchSummary(int Figures, int Remarks, IReadOnlyList<string> Files, IReadOnlyList<string> WithoutFindings, IReadOnlyList<string> Disputes)
{
    public static ResearchSummary Of(Findings found, PlanOutcome<ResearchOrder, Findings> outcome)
    {
        string[] files = [.. found.Figures.Select(figure => figure.Source).Union(found.Remarks.Select(remark => remark.Source)).Intersect(outcome.Goal.Files).Order(StringComparer.Ordinal)];
        return new(found.Figures.Count, found.Remarks.Count(remark => files.Contains(remark.Source)), files, [.. outcome.Goal.Files.Except(files)], found.Disputes());
    }
}

/// <summary>What the lead is told of a reconciliation.</summary>
internal sealed record ReconcileSummary(int Figures, IReadOnlyList<string> Decided)
{
    public static ReconcileSummary Of(IReadOnlyList<Reconciled<Figure>> settled) =>
        new(settled.Count, [.. settled.Disputed().Select(one => $"{one.Value.Name}: {one.Value}")]);
}

/// <summary>For the worker who writes.</summary>
internal sealed record WriteOrder(string Question);

/// <summary>What the lead is told of a report.</summary>
internal sealed record WriteSummary(string Title, int Characters);

/// <summary>A report, in Markdown.</summary>
internal sealed record Draft(string Title, string Body)
{
    public static Draft None { get; } = new("", "");
}

/// <summary>What the lead ends with.</summary>
internal sealed record Conclusion(string Summary, IReadOnlyList<string> OpenQuestions);

/// <summary>What a run yields.</summary>
internal sealed record Audit(Conclusion Conclusion, Draft Report, IReadOnlyList<Reconciled<Figure>> Settled, Findings Evidence);
