using AgentFlow.Journaling;

namespace AgentFlow.Approvals;

/// <summary>What the entries of a run say about its requests.</summary>
internal static class RequestHistory
{
    /// <summary>The last request with an id, in a run that this runtime or its journal still has.</summary>
    public static async ValueTask<RequestStatus?> FindAsync(FlowRuntime runtime, string id, CancellationToken cancellationToken)
    {
        if (DormantRequests.RunOf(id) is not { } runId) return null;
        if (runtime.GetRun(runId) is { } run && Find(run.Entries, id) is { } known) return known;
        return runtime.Options.Journal is null ? null : Find(await runtime.ReadAsync(runId, cancellationToken).ConfigureAwait(false), id);
    }

    public static IEnumerable<RequestStatus> Resolved(IReadOnlyList<JournalEntry> entries) => Project(entries).Where(static status => status.Resolution is not null);

    /// <summary>The resolved requests of one run. Of an ended one the memory may have its first and last entry only: then the journal knows more.</summary>
    public static async ValueTask<IEnumerable<RequestStatus>> ResolvedAsync(FlowRuntime runtime, RunId id, CancellationToken cancellationToken)
    {
        if (runtime.GetRun(id) is { } run && (runtime.Options.Journal is null || !run.IsTerminal)) return Resolved(run.Entries);
        return runtime.Options.Journal is null ? [] : Resolved(await runtime.ReadAsync(id, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A request that is asked again, with what has happened to it.</summary>
    public static RequestStatus Restore(ApprovalRequest request, IEnumerable<RequestChangedEntry> changes) =>
        changes.Aggregate(new RequestStatus(request), static (status, entry) => status.After(entry.Change));

    private static RequestStatus? Find(IReadOnlyList<JournalEntry> entries, string id) => Project(entries).LastOrDefault(status => status.Request.Id == id);

    /// <summary>All requests of a run, in the order in which they were opened.</summary>
    public static Dictionary<string, RequestStatus>.ValueCollection Project(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0) return new Dictionary<string, RequestStatus>().Values;
        var started = (RunStartedEntry)entries[0];
        var found = new Dictionary<string, RequestStatus>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            switch (entry)
            {
                case RequestOpenedEntry opened:
                    found[opened.Request.Id] = new(opened.Request with { RunId = started.RunId, Flow = started.FlowName, Principal = started.Principal, Label = entry.Label ?? opened.Request.Label });
                    break;
                case RequestChangedEntry changed when found.TryGetValue(changed.RequestId, out var status):
                    found[changed.RequestId] = status.After(changed.Change);
                    break;
                case RequestResolvedEntry resolved when found.TryGetValue(resolved.RequestId, out var status):
                    found[resolved.RequestId] = status with { Resolution = resolved.Decision };
                    break;
                case { Kind: >= JournalEntryKind.RunCompleted and <= JournalEntryKind.RunCancelled }:
                    // A run that was continued elsewhere may end before it asks again.
                    foreach (var (id, status) in found.Where(static pair => pair.Value.Resolution is null).ToList())
                    {
                        found[id] = status with { Resolution = ApprovalDecision.Withdraw("the run ended") };
                    }

                    break;
            }
        }

        return found.Values;
    }
}
