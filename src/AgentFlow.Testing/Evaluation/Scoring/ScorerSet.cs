using System.Globalization;

namespace AgentFlow.Testing;

/// <summary>Says what an evaluation measures. Every verb adds a scorer under its own name and returns the same instance; not thread-safe.</summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the flow yields.</typeparam>
public sealed partial class ScorerSet<TIn, TOut>
{
    private readonly List<Scorer<TIn, TOut>> _scorers = [];

    internal ScorerSet()
    {
    }

    internal IReadOnlyList<Scorer<TIn, TOut>> Scorers => _scorers;

    /// <summary>A scorer of the host's own.</summary>
    /// <param name="scorer">The scorer; thread-safe.</param>
    public ScorerSet<TIn, TOut> Add(Scorer<TIn, TOut> scorer)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        _scorers.Add(scorer);
        return this;
    }

    /// <summary>A scorer in a line.</summary>
    /// <param name="name">Its name in reports and baselines.</param>
    /// <param name="score">Scores a run; thread-safe.</param>
    public ScorerSet<TIn, TOut> Add(string name, Func<ScorerContext<TIn, TOut>, Score> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return Add(new FunctionScorer<TIn, TOut>(name, false, (context, _) => new(score(context))));
    }

    /// <summary>A scorer in a line that waits for something.</summary>
    /// <param name="name">Its name in reports and baselines.</param>
    /// <param name="score">Scores a run; thread-safe.</param>
    public ScorerSet<TIn, TOut> Add(string name, Func<ScorerContext<TIn, TOut>, CancellationToken, ValueTask<Score>> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return Add(new FunctionScorer<TIn, TOut>(name, false, score));
    }

    /// <summary>1 when a condition holds, 0 otherwise.</summary>
    /// <param name="name">Says the condition, in reports and baselines.</param>
    /// <param name="holds">The condition; thread-safe.</param>
    public ScorerSet<TIn, TOut> Satisfies(string name, Func<TOut, bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return Add(name, context => holds(context.Output) ? Score.Pass() : Score.Fail($"{name} does not hold for {PlainText.Line(context.Text, 200)}"));
    }

    /// <summary>1 when the output equals the expected value, 0 otherwise. Values without an equality of their own are compared as JSON.</summary>
    /// <param name="comparer">What equal means; default is the type's own equality, then JSON.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Exact(IEqualityComparer<TOut>? comparer = null, string name = "exact") => WithExpected(name, context =>
    {
        var isSame = comparer is null ? IsSame(context) : comparer.Equals(context.Output, context.Expected);
        return isSame ? Score.Pass() : Score.Fail($"{PlainText.Line(context.Text, 200)} instead of {PlainText.Line(TextOf(context, context.Expected), 200)}");
    });

    /// <summary>1 when a number in the output is as near to that in the expected value as demanded, 0 otherwise.</summary>
    /// <param name="number">Picks the number.</param>
    /// <param name="tolerance">How far apart they may be; 0 or more.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Near(Func<TOut, double> number, double tolerance, string name = "near")
    {
        ArgumentNullException.ThrowIfNull(number);
        if (!(tolerance >= 0) || !double.IsFinite(tolerance)) throw new InvalidOptionException("Near.tolerance", tolerance, "Use a finite number of 0 or more.");
        return WithExpected(name, context =>
        {
            var (actual, expected) = (number(context.Output), number(context.Expected!));
            return Math.Abs(actual - expected) <= tolerance
                ? Score.Pass()
                : Score.Fail(string.Create(CultureInfo.InvariantCulture, $"{actual} is not within {tolerance} of {expected}"));
        });
    }

    /// <summary>The share of the words that the output contains, as text, whatever their case.</summary>
    /// <param name="keywords">Words or phrases; at least one.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Keywords(IEnumerable<string> keywords, string name = "keywords")
    {
        string[] words = [.. keywords ?? throw new ArgumentNullException(nameof(keywords))];
        if (words.Length == 0) throw new InvalidOptionException("Keywords.keywords", "[]", "Give at least one word.");
        return Keywords(_ => words, name);
    }

    /// <summary>The share of the case's own words that the output contains, as text, whatever their case; 1 for a case without any.</summary>
    /// <param name="keywords">The words of a case.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Keywords(Func<EvaluationCase<TIn, TOut>, IEnumerable<string>> keywords, string name = "keywords")
    {
        ArgumentNullException.ThrowIfNull(keywords);
        return Add(name, context =>
        {
            string[] words = [.. keywords(context.Case)];
            string[] missing = [.. words.Where(word => !context.Text.Contains(word, StringComparison.OrdinalIgnoreCase))];
            return missing.Length == 0 ? Score.Pass() : new((double)(words.Length - missing.Length) / words.Length, $"without {PlainText.List(missing)}");
        });
    }

    /// <summary>The share of the fields that are as in the expected value, both as JSON. Fields that only one of them has count as different.</summary>
    /// <param name="fields">Only these and what is below them, by dotted path (<c>address.city</c>, <c>items.0</c>); default is all.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> JsonFields(IEnumerable<string>? fields = null, string name = "fields")
    {
        string[] selected = [.. fields ?? []];
        return WithExpected(name, context => new FieldComparison(selected).Compare(context.Json(context.Expected!), context.Json(context.Output)));
    }

    private ScorerSet<TIn, TOut> WithExpected(string name, Func<ScorerContext<TIn, TOut>, Score> score) =>
        Add(new FunctionScorer<TIn, TOut>(name, true, (context, _) => new(score(context))));

    private static bool IsSame(ScorerContext<TIn, TOut> context)
    {
        if (EqualityComparer<TOut>.Default.Equals(context.Output, context.Expected)) return true;
        try
        {
            return System.Text.Json.JsonElement.DeepEquals(context.Json(context.Output), context.Json(context.Expected!));
        }
        catch (NotSupportedException)
        {
            // Neither equality nor JSON: nothing says that they are the same.
            return false;
        }
    }

    private static string TextOf(ScorerContext<TIn, TOut> context, TOut? value)
    {
        if (value is string text) return text;
        try
        {
            return context.Json(value).GetRawText();
        }
        catch (NotSupportedException)
        {
            // A type without JSON still has a text.
            return $"{value}";
        }
    }
}
