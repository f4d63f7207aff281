using System.Globalization;
using System.Text;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>The entries of a run as people read them: one line each.</summary>
internal static class RunTimeline
{
    private const int MaxLines = 120;

    /// <summary>As much of it as a failure message bears: the beginning and the end.</summary>
    internal static string Excerpt(IReadOnlyList<JournalEntry> entries)
    {
        var lines = Text(entries).Split('\n');
        if (lines.Length <= MaxLines) return string.Join('\n', lines);
        var omitted = lines.Length - MaxLines;
        return string.Join('\n', [.. lines.Take(MaxLines / 2), $"     … {omitted} entries …", .. lines.Skip(MaxLines / 2 + omitted)]);
    }

    internal static string Text(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0) return "  (no entries)";
        var started = entries.Min(static entry => entry.Time);
        var times = entries.Select(entry => Durations.Text(entry.Time - started)).ToList();
        var kinds = entries.Select(Verb).ToList();
        var (timeWidth, kindWidth, pathWidth) = (Widest(times), Widest(kinds), Widest(entries.Select(entry => entry.Path.ToString())));
        var text = new StringBuilder();
        for (var i = 0; i < entries.Count; i++)
        {
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"  {entries[i].Sequence,4}  {times[i].PadLeft(timeWidth)}  {kinds[i].PadRight(kindWidth)}  {entries[i].Path.ToString().PadRight(pathWidth)}  {Summary(entries[i])}");
            text.Append(i == 0 ? "" : "\n").Append(line.TrimEnd());
        }

        return text.ToString();
    }

    private static int Widest(IEnumerable<string> texts) => Math.Min(40, texts.Max(static text => text.Length));

    private static string Verb(JournalEntry entry) => entry switch
    {
        EffectCompletedEntry { Withheld: not null } => "withheld",
        EffectFailedEntry { IsFinal: false } => "attempt failed",
        _ => entry.Kind switch
        {
            JournalEntryKind.RunStarted => "started",
            JournalEntryKind.EffectIntended => "intended",
            JournalEntryKind.EffectCompleted => "executed",
            JournalEntryKind.EffectFailed => "failed",
            JournalEntryKind.DecisionMade => "decided",
            JournalEntryKind.PolicyDecided => "policy",
            JournalEntryKind.RequestOpened => "asked",
            JournalEntryKind.RequestResolved => "answered",
            JournalEntryKind.RequestChanged => "request",
            JournalEntryKind.OperatorActed => "operator",
            JournalEntryKind.SignalReceived => "signalled",
            JournalEntryKind.StateChanged => "state",
            JournalEntryKind.TimerSet => "waits",
            JournalEntryKind.TimerFired => "waited",
            JournalEntryKind.RunSuspended => "suspended",
            JournalEntryKind.RunResumed => "resumed",
            JournalEntryKind.RunCompleted => "completed",
            JournalEntryKind.RunFailed => "run failed",
            JournalEntryKind.RunCancelled => "cancelled",
            _ => entry.Kind.ToString(),
        },
    };

    private static string Summary(JournalEntry entry) => entry switch
    {
        EffectCompletedEntry { Withheld: { } reason } => reason,
        EffectCompletedEntry { Detail: { Tool: { } tool } detail } => $"{ContentLines.OfCall(tool, detail.Arguments)} → {ContentLines.OfValueInLine(entry.Value)}",
        EffectFailedEntry { Detail: { Tool: { } tool } detail } failed => $"{ContentLines.OfCall(tool, detail.Arguments)} → {failed.ErrorType}: {failed.Message}",
        EffectFailedEntry failed => $"{failed.ErrorType}: {failed.Message}",
        DecisionMadeEntry { Detail: { Tool: { } tool } detail } called => $"{ContentLines.OfCall(tool, detail.Arguments)}{(detail.ErrorType is null ? "" : $" → {detail.ErrorType}: {called.Reason}")}",
        DecisionMadeEntry decision => $"{decision.Decision} {ContentLines.OfValueInLine(decision.Value)}{(decision.Reason is null ? "" : $" ({decision.Reason})")}",
        PolicyDecidedEntry policy => $"{policy.Policy}: {policy.Effect} {policy.Operation} ({policy.Reason})",
        RequestOpenedEntry opened => $"'{opened.Request.Name}': {ContentLines.Quote(opened.Request.Prompt)} {ContentLines.OfValueInLine(opened.Request.Value)}",
        StateChangedEntry state => $"{state.Key} {(state.IsUpdate ? "+" : "=")} {ContentLines.OfValueInLine(state.Value)}",
        RequestChangedEntry changed => changed.Change.ToString(),
        OperatorActedEntry acted => $"{acted.Act} by {acted.Actor.User}: {acted.Reason}",
        SignalReceivedEntry signal => $"{signal.Signal} → {ContentLines.OfValueInLine(signal.Value)}",
        RequestResolvedEntry { Value: null } resolved => resolved.Decision.ToString(),
        RequestResolvedEntry resolved => $"{resolved.Decision} → {ContentLines.OfValueInLine(resolved.Value)}",
        RunStatusEntry { Reason: { } reason } => reason,
        TimerEntry timer => timer.Due.ToString("O", CultureInfo.InvariantCulture),
        { Value: null } => "",
        _ => ContentLines.OfValueInLine(entry.Value),
    };
}
