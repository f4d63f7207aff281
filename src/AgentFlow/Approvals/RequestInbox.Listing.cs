namespace AgentFlow.Approvals;

/// <content>Listing requests, those of runs that are in the journal only included.</content>
public sealed partial class RequestInbox
{
    /// <summary>Requests that meet conditions, oldest first, a page at a time. Those of runs that are in the journal only have values that are JSON.</summary>
    /// <param name="query">The conditions; all that wait for an answer when not given.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOptionException">The limit is not from 1 to 1,000.</exception>
    public async ValueTask<IReadOnlyList<RequestStatus>> ListAsync(RequestQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        if (query.Limit is < 1 or > 1000) throw new InvalidOptionException($"{nameof(RequestQuery)}.{nameof(RequestQuery.Limit)}", query.Limit, "Use 1 to 1,000, and the cursor of the last one for the next page.");
        if (query.State != RequestState.Resolved) return await ReadAllAsync(query, query.Limit, cancellationToken).ConfigureAwait(false);
        var now = _runtime.Time.GetUtcNow();
        var resolved = query.RunId is { } id ? await RequestHistory.ResolvedAsync(_runtime, id, cancellationToken).ConfigureAwait(false) : _runtime.Runs.SelectMany(static run => RequestHistory.Resolved(run.Entries));
        return [.. resolved.Where(status => query.Fits(status, now)).OrderBy(static status => status.Cursor, StringComparer.Ordinal).Take(query.Limit)];
    }

    /// <summary>In order, and no run is read that cannot have one of those asked for.</summary>
    private async ValueTask<List<RequestStatus>> ReadAllAsync(RequestQuery query, int limit, CancellationToken cancellationToken)
    {
        var now = _runtime.Time.GetUtcNow();

        // A run may come back or go between the two looks: the live request is the better one.
        var dormant = _runtime.Dormant.All
            .SelectMany(run => run.Requests.Where(each => query.MayFit(run, each.Wait, now)).Select(each => (Cursor: RequestStatus.CursorOf(each.Wait.Date, each.Id), each.Id, Live: (RequestStatus?)null, Run: (DormantRun?)run))).ToList();
        var live = _open.Select(static pair => pair.Value.Status).Where(status => query.Fits(status, now)).Select(status => (status.Cursor, status.Request.Id, Live: (RequestStatus?)status, Run: (DormantRun?)null));
        var found = new List<RequestStatus>();
        var read = new Dictionary<RunId, List<RequestStatus>>();
        foreach (var (_, id, status, run) in live.Concat(dormant).DistinctBy(static each => each.Id).OrderBy(static each => each.Cursor, StringComparer.Ordinal))
        {
            if (found.Count == limit) break;
            var known = status;
            if (run is not null)
            {
                if (!read.TryGetValue(run.Id, out var statuses)) read.Add(run.Id, statuses = await _dormant.ReadAsync(run, cancellationToken).ConfigureAwait(false));
                known = statuses.Find(each => each.Request.Id == id);
            }

            if (known is not null && query.Fits(known, now)) found.Add(known);
        }

        return found;
    }
}
