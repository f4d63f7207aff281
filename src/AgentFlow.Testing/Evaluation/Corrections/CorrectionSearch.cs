using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Finds what humans corrected, run by run.</summary>
internal sealed class CorrectionSearch(FlowRuntimeOptions options)
{
    private readonly List<Correction> _found = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _unread = [];

    public Corrections Result() => new(_found, _unread, options.Json);

    /// <summary>Adds what was corrected in a run of this process. Most were not, and need no JSON then.</summary>
    public Task AddAsync(FlowRun run)
    {
        var entries = run.Entries;
        return entries.Any(IsCorrection) ? AddAsync([.. entries.Select(entry => EntryEncoder.Encode(entry, run.Runtime.Json))], run.Flow) : Task.CompletedTask;
    }

    /// <summary>Adds what was corrected in a stored run.</summary>
    /// <param name="stored">All entries of a run.</param>
    /// <param name="flow">What it executes, when that is known; else it must be registered.</param>
    public async Task AddAsync(IReadOnlyList<StoredEntry> stored, Step? flow = null)
    {
        if (stored.Count == 0) return;
        List<JournalEntry> entries;
        try
        {
            entries = [.. stored.Select(EntryDecoder.Decode)];
        }
        catch (JournalFormatException exception)
        {
            // A journal may hold records that are no runs, and runs whose content was erased: nothing can be learnt from them.
            if (stored[0].Kind == JournalEntryKind.RunStarted) _unread.Add(exception.Message);
            return;
        }

        if (entries[0] is not RunStartedEntry started || !entries.Any(IsCorrection)) return;
        var replay = new CorrectedRun(options, entries);
        await replay.ReplayAsync(flow).ConfigureAwait(false);
        if (replay.Obstacle is { } obstacle) _unread.Add($"run {started.RunId} of '{started.FlowName}': {obstacle}");
        foreach (var found in replay.Corrections()) Add(found);
    }

    private void Add(Correction found)
    {
        var name = found.Name;
        for (var number = 2; !_names.Add(name); number++) name = $"{found.Name} ({number})";
        _found.Add(found with { Name = name });
    }

    private static bool IsCorrection(JournalEntry entry) => entry is
        RequestResolvedEntry { Decision.Outcome: ApprovalOutcome.Modified } or OperatorActedEntry { Act: OperatorAct.Replaced };
}
