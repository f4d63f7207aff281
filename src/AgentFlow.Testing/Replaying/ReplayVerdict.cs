using System.Text;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Compares a continuation with the run it continues.</summary>
internal sealed class ReplayVerdict(Recording recording, int length, Playback playback)
{
    internal void Check(FlowRun replay, LiveEffects effects)
    {
        var entries = replay.Entries;
        var end = entries.OfType<RunStatusEntry>().Last();
        CheckExecutions(replay, effects, entries);
        if (OtherDecision(entries) is { } otherwise) throw Differs(otherwise, entries);
        if (replay.Status != recording.Run.Status || end.Reason != recording.End.Reason || !end.Path.Equals(recording.End.Path))
        {
            throw Differs($"It ended {Describe(recording.Run.Status, recording.End)} and now {Describe(replay.Status, end)}.", entries);
        }

        if (!Values.AreSame(recording.End.Value, end.Value, recording.Run.Runtime.Json))
        {
            throw Differs($"Its result was {ContentLines.OfValueInLine(recording.End.Value)} and now is {ContentLines.OfValueInLine(end.Value)}.", entries);
        }
    }

    /// <summary>A continuation that cannot come to its end.</summary>
    internal FlowAssertionException Stuck(FlowRun replay, FlowAssertionException stuck) =>
        new($"{Head()}\n  {OtherDecision(replay.Entries) ?? "It cannot go on any more."}{Unrecorded()}\n{Recorded()}\nThe continuation: {stuck.Message}", stuck);

    private static string Describe(RunStatus status, RunStatusEntry end) =>
        $"{status} at '{end.Path}'{(end.Reason is null ? "" : $" ({end.Reason})")}";

    private void CheckExecutions(FlowRun replay, LiveEffects effects, IReadOnlyList<JournalEntry> entries)
    {
        var recorded = recording.Entries.Take(length).Where(static entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true })
            .Select(static entry => entry.Path).ToHashSet();
        var executed = effects.Executed(replay.Id);
        var again = executed.Where(each => recorded.Contains(each.Path)).Select(static each => $"'{each.Path}'").ToList();
        if (again.Count > 0) throw Differs($"Effects that were recorded have been executed again: {string.Join(", ", again)}.", entries);
        if (recording.Run.Runtime.Options.Watch is not LiveEffects original) return;
        var strange = executed.Where(each => original.Executions(replay.Id, each.Path) == 0).Select(static each => $"'{each.Path}'").ToList();
        if (strange.Count > 0) throw Differs($"Effects have been executed that the run never executed: {string.Join(", ", strange)}.", entries);
    }

    /// <summary>Decisions behind the cut are taken anew from what the flow has seen, and must come out the same.</summary>
    private string? OtherDecision(IReadOnlyList<JournalEntry> entries)
    {
        var decided = entries.OfType<DecisionMadeEntry>().ToLookup(static entry => entry.Path);
        foreach (var decision in recording.Entries.Skip(length).OfType<DecisionMadeEntry>())
        {
            if (decision.Decision is not (DecisionKind.Route or DecisionKind.Loop)) continue;
            if (decided[decision.Path].FirstOrDefault() is not { } now || Values.AreSame(decision.Value, now.Value, recording.Run.Runtime.Json)) continue;
            return $"The decision {decision.Decision} at '{decision.Path}' was {ContentLines.OfValueInLine(decision.Value)} and now is {ContentLines.OfValueInLine(now.Value)}.";
        }

        return null;
    }

    private FlowAssertionException Differs(string how, IReadOnlyList<JournalEntry> entries) =>
        new($"{Head()}\n  {how}{Unrecorded()}\n{Recorded()}\nThe continuation:\n{RunTimeline.Excerpt(entries)}");

    private string Head()
    {
        var last = recording.Entries[length - 1];
        return $"Run {recording.Run.Id} of '{recording.Run.FlowName}' goes another way when it is continued after entry {length} of {recording.Entries.Count} ({last.Kind} at '{last.Path}').";
    }

    private string Unrecorded()
    {
        var paths = playback.Unrecorded;
        if (paths.Count == 0) return "";
        return paths.Aggregate(new StringBuilder("\n  It asked for effects that the run never recorded:"), static (text, path) => text.Append($" '{path}'")).ToString();
    }

    private string Recorded() => $"The run:\n{RunTimeline.Excerpt(recording.Entries)}";
}
