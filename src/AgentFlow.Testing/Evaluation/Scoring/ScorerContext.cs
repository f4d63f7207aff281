using System.Diagnostics;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>What a scorer gets to see of a run that had a result.</summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the flow yields.</typeparam>
[DebuggerDisplay("{Case}")]
public sealed class ScorerContext<TIn, TOut>
{
    private readonly EvaluationBench _bench;
    private readonly TimeSpan _deadline;
    private string? _text;

    internal ScorerContext(EvaluationBench bench, EvaluationCase<TIn, TOut> tried, TOut output, RunId runId, IReadOnlyList<JournalEntry> entries, TimeSpan deadline)
    {
        (_bench, Case, Output, RunId, Entries, _deadline) = (bench, tried, output, runId, entries, deadline);
        Usage = EvaluationUsage.Of(entries);
        Latency = entries[^1].Time - entries[0].Time;
    }

    /// <summary>The case.</summary>
    public EvaluationCase<TIn, TOut> Case { get; }

    /// <summary>What the flow was given.</summary>
    public TIn Input => Case.Input;

    /// <summary>What should come of it; meaningless unless the case has an expected value.</summary>
    public TOut? Expected => Case.Expected;

    /// <summary>What came of it.</summary>
    public TOut Output { get; }

    /// <summary>The output as text: itself, or its JSON by the runtime's serializer.</summary>
    public string Text => _text ??= Output is string text ? text : JsonOrText();

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>Everything the run has recorded.</summary>
    public IReadOnlyList<JournalEntry> Entries { get; }

    /// <summary>Calls, tokens, cost and effects of the run.</summary>
    public EvaluationUsage Usage { get; }

    /// <summary>From the run's first entry to its last, by the runtime's clock.</summary>
    public TimeSpan Latency { get; }

    internal EvaluationUsage Judging { get; private set; } = EvaluationUsage.None;

    /// <summary>A value as JSON by the runtime's serializer.</summary>
    /// <exception cref="NotSupportedException">The serializer cannot write it.</exception>
    internal JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, _bench.Runtime.Json.GetTypeInfo(typeof(T)));

    /// <summary>Asks a judge, and adds what that takes.</summary>
    internal async ValueTask<T> JudgeAsync<T>(Flow<string, T> judge, string question, CancellationToken cancellationToken)
    {
        var run = await _bench.RunToEndAsync(judge, question, new() { Deadline = _deadline }, cancellationToken).ConfigureAwait(false);
        Judging = Judging.Plus(EvaluationUsage.Of(await _bench.EntriesAsync(run, cancellationToken).ConfigureAwait(false)));
        return await run.Result.ConfigureAwait(false);
    }

    private string JsonOrText()
    {
        try
        {
            return Json(Output).GetRawText();
        }
        catch (NotSupportedException)
        {
            // A type without JSON still has a text, which is better than no report of the run.
            return $"{Output}";
        }
    }
}
