using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>The open requests of runs that are in the journal only. What was asked is read when somebody looks at it.</summary>
internal sealed class DormantRequests(FlowRuntime runtime)
{
    public int Count => runtime.Dormant.All.Sum(static run => run.Waits.Count(static wait => wait.Kind == WaitKind.Request));

    /// <summary>All of them, with their values as JSON. A run that is brought back meanwhile is left out.</summary>
    public async ValueTask<List<ApprovalRequest>> ReadAsync(CancellationToken cancellationToken)
    {
        var requests = new List<ApprovalRequest>();
        foreach (var run in runtime.Dormant.All) requests.AddRange(await ReadAsync(run, cancellationToken).ConfigureAwait(false));
        return requests;
    }

    /// <summary>The request of this id, with its value as JSON, or <see langword="null"/>.</summary>
    public async ValueTask<ApprovalRequest?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (RunOf(id) is not { } runId || !runtime.Dormant.TryGet(runId, out var run)) return null;
        return (await ReadAsync(run, cancellationToken).ConfigureAwait(false)).Find(request => request.Id == id);
    }

    /// <summary>The first part of a request's id; no run id has a slash.</summary>
    public static RunId? RunOf(string requestId)
    {
        var end = requestId.IndexOf('/', StringComparison.Ordinal);
        return end is > 0 and <= 200 && !requestId.AsSpan(0, end).IsWhiteSpace() && !requestId.Take(end).Any(char.IsControl) ? RunId.Parse(requestId[..end]) : null;
    }

    private async ValueTask<List<ApprovalRequest>> ReadAsync(DormantRun run, CancellationToken cancellationToken)
    {
        if (run.Waits.All(static wait => wait.Kind != WaitKind.Request)) return [];
        if (run.Handle is { } handle && handle.TryGetTarget(out var held)) return held.OpenRequests();
        var entries = await runtime.ReadAsync(run.Id, cancellationToken).ConfigureAwait(false);
        var started = (RunStartedEntry)entries[0];
        var open = run.Waits.Where(static wait => wait.Kind == WaitKind.Request).Select(static wait => wait.Path).ToHashSet();
        return
        [
            .. entries.OfType<RequestOpenedEntry>().Where(entry => open.Contains(entry.Path))
                .Select(entry => entry.Request with { RunId = run.Id, Flow = run.FlowName, Principal = started.Principal, Label = entry.Label ?? Label.None }),
        ];
    }
}
