using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>The open requests of runs that are in the journal only. What was asked is read when somebody looks at it.</summary>
internal sealed class DormantRequests(FlowRuntime runtime)
{
    public int Count => runtime.Dormant.All.Sum(static run => run.Waits.Count(static wait => wait.Kind == WaitKind.Request));

    /// <summary>The open requests of one run, with their values as JSON; none when it is brought back meanwhile.</summary>
    public async ValueTask<List<RequestStatus>> ReadAsync(DormantRun run, CancellationToken cancellationToken)
    {
        if (run.Waits.All(static wait => wait.Kind != WaitKind.Request)) return [];
        if (run.Handle is { } handle && handle.TryGetTarget(out var held)) return held.OpenRequests();
        var entries = await runtime.ReadAsync(run.Id, cancellationToken).ConfigureAwait(false);
        var open = run.Waits.Where(static wait => wait.Kind == WaitKind.Request).Select(static wait => wait.Path).ToHashSet();
        return [.. RequestHistory.Project(entries).Where(status => status.State != RequestState.Resolved && open.Contains(status.Request.Path))];
    }

    /// <summary>The request of this id, with its value as JSON, or <see langword="null"/>.</summary>
    public async ValueTask<RequestStatus?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (RunOf(id) is not { } runId || !runtime.Dormant.TryGet(runId, out var run)) return null;
        return (await ReadAsync(run, cancellationToken).ConfigureAwait(false)).Find(status => status.Request.Id == id);
    }

    /// <summary>The first part of a request's id; no run id has a slash.</summary>
    public static RunId? RunOf(string requestId)
    {
        var end = requestId.IndexOf('/', StringComparison.Ordinal);
        return end > 0 && requestId[..end] is var id && !string.IsNullOrWhiteSpace(id) && RunId.DefectOf(id) is null ? RunId.Parse(id) : null;
    }
}
