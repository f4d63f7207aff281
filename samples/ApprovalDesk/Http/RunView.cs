using AgentFlow;
using AgentFlow.Journaling;

namespace ApprovalDesk;

/// <summary>A run as its entries tell it.</summary>
/// <param name="Result">What the customer reads, once the run is done.</param>
internal sealed record RunView(string Run, string Status, string StartedBy, object? Result, IReadOnlyList<TimelineLine> Timeline)
{
    public static RunView? Of(IReadOnlyList<JournalEntry> entries) => entries is not [RunStartedEntry started, ..] ? null : new(
        started.RunId.ToString(),
        StatusOf(entries),
        started.Principal.User,
        entries[^1] is { Kind: JournalEntryKind.RunCompleted } end ? end.Value : null,
        [.. entries.Select(TimelineLine.Of)]);

    /// <summary>Whoever started it, and everybody who works at the desk.</summary>
    public bool MayBeReadBy(Principal caller) => caller.User == StartedBy || caller.Roles.Count > 0;

    private static string StatusOf(IEnumerable<JournalEntry> entries) => entries.OfType<RunStatusEntry>().LastOrDefault()?.Kind switch
    {
        JournalEntryKind.RunSuspended => "waiting",
        JournalEntryKind.RunCompleted => "done",
        JournalEntryKind.RunFailed => "failed",
        JournalEntryKind.RunCancelled => "cancelled",
        _ => "running",
    };
}

/// <summary>An entry in words.</summary>
internal sealed record TimelineLine(int Entry, DateTimeOffset Time, string Path, string What)
{
    private const int Longest = 120;

    public static TimelineLine Of(JournalEntry entry) => new(entry.Sequence, entry.Time, entry.Path.ToString(), entry switch
    {
        RunStartedEntry started => $"started by {started.Principal.User}",
        EffectIntendedEntry => "is about to happen, and could not be taken back",
        EffectCompletedEntry { Detail.Model: { } model } call => $"{model} answered, {call.Detail.Usage?.InputTokenCount} + {call.Detail.Usage?.OutputTokenCount} tokens",
        EffectCompletedEntry completed => Shortened($"yielded {completed.Value}"),
        EffectFailedEntry failed => $"failed: {failed.Message}",
        DecisionMadeEntry decision => $"decided: {decision.Decision} {decision.Value}",
        RequestOpenedEntry opened => $"asked {opened.Request.Role ?? "anybody"}: {opened.Request.Prompt}",
        RequestChangedEntry changed => changed.Change.ToString(),
        RequestResolvedEntry resolved => resolved.Decision.ToString(),
        RunStatusEntry status => status.Kind.ToString()["Run".Length..].ToLowerInvariant() + (status.Reason is null ? "" : $": {status.Reason}"),
        _ => entry.Kind.ToString(),
    });
    private static string Shortened(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
