using System.Diagnostics;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>
/// What a run has recorded, to look at and to assert on. A snapshot: entries that come later are not in it. Assertions return
/// the journal, so that they can be chained, and their failures print the timeline of the run.
/// </summary>
/// <remarks>
/// Paths are written as in <see cref="StepPath"/>; in a pattern <c>*</c> stands for one segment and <c>**</c> for any number of
/// them: <c>claims/*/model</c>, <c>**/lookup</c>. Immutable and thread-safe.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class RunJournal
{
    private readonly FlowRun _run;

    internal RunJournal(FlowRun run)
    {
        _run = run;
        Entries = run.Entries;
        Effects = [.. Entries.Where(static entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true })];
        Decisions = [.. Entries.OfType<DecisionMadeEntry>()];
        Failures = [.. Entries.OfType<EffectFailedEntry>().Where(static entry => entry.IsFinal)];
        var json = run.Runtime.Json;
        var details = Details().ToList();
        ToolCalls = [.. details.Where(static call => call.Detail.Tool is not null).Select(call => ToolCall(call.Entry, call.Detail, json))];
        ModelCalls = [.. details.Where(static call => call.Detail is { Tool: null, Model: not null }).Select(call => new RecordedModelCall(call.Entry, call.Detail))];
        var answers = Entries.OfType<RequestResolvedEntry>().ToLookup(static entry => entry.RequestId, static entry => entry.Decision);
        var changes = Entries.OfType<RequestChangedEntry>().ToLookup(static entry => entry.RequestId, static entry => entry.Change);
        Requests = [.. Entries.OfType<RequestOpenedEntry>().Select(entry => new RecordedRequest(entry.Request, answers[entry.Request.Id].LastOrDefault()) { Changes = [.. changes[entry.Request.Id]] })];
    }

    /// <summary>All entries, in order.</summary>
    public IReadOnlyList<JournalEntry> Entries { get; }

    /// <summary>The outcomes of the effects, results and failures, in order: <see cref="EffectCompletedEntry"/> or <see cref="EffectFailedEntry"/>.</summary>
    public IReadOnlyList<JournalEntry> Effects { get; }

    /// <summary>The decisions of the flow: routes, loops, joins, values, in order.</summary>
    public IReadOnlyList<DecisionMadeEntry> Decisions { get; }

    /// <summary>The calls of tools, those that failed included, in the order they ended: of functions, steps, flows and agents.</summary>
    public IReadOnlyList<RecordedToolCall> ToolCalls { get; }

    /// <summary>The calls of models, those that failed included, in the order they ended.</summary>
    public IReadOnlyList<RecordedModelCall> ModelCalls { get; }

    /// <summary>The requests to humans, in the order they were opened.</summary>
    public IReadOnlyList<RecordedRequest> Requests { get; }

    /// <summary>The effects that failed for good, in order.</summary>
    public IReadOnlyList<EffectFailedEntry> Failures { get; }

    /// <summary>One line per entry: number, virtual time since the start, what happened, where, and the value.</summary>
    public string Timeline => RunTimeline.Text(Entries);

    private string DebuggerDisplay => $"{Entries.Count} entries, {Effects.Count} effects, {ToolCalls.Count} tool calls, {Requests.Count} requests";

    /// <summary>The timeline.</summary>
    public override string ToString() => Timeline;

    /// <summary>A function's call is its effect. That of a step, a flow or an agent stands below it, and its result stands elsewhere.</summary>
    private RecordedToolCall ToolCall(JournalEntry entry, EffectDetail detail, JsonSerializerOptions json)
    {
        if (entry is not DecisionMadeEntry call) return new(entry.Path, detail, entry.Value, (entry as EffectFailedEntry)?.Message, json);
        var tool = call.Path.Parent!;
        var result = Entries.LastOrDefault(each => each is DecisionMadeEntry && each.Path.Name == "result" && call.Path.Equals(each.Path.Parent))
            ?? Entries.LastOrDefault(each => each is EffectCompletedEntry && tool.Equals(each.Path));
        return new(tool, detail, detail.ErrorType is null ? result?.Value : null, detail.ErrorType is null ? null : call.Reason, json);
    }

    private IEnumerable<(JournalEntry Entry, EffectDetail Detail)> Details()
    {
        foreach (var entry in Entries)
        {
            var detail = entry switch
            {
                EffectCompletedEntry completed => completed.Detail,
                EffectFailedEntry { IsFinal: true } failed => failed.Detail,
                DecisionMadeEntry decision => decision.Detail,
                _ => null,
            };
            if (detail is not null) yield return (entry, detail);
        }
    }
}

/// <summary>The way from a run to its journal.</summary>
public static class RunJournalExtensions
{
    /// <summary>What a run has recorded so far, to look at and to assert on.</summary>
    /// <param name="run">The run, ended or not.</param>
    public static RunJournal Journal(this FlowRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(run);
    }
}
