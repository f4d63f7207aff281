using System.Collections.Concurrent;
using System.Diagnostics;
using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow.Approvals;

/// <summary>The open requests of a runtime, and the way to answer them. Thread-safe.</summary>
[DebuggerDisplay("{Count} open")]
public sealed class RequestInbox
{
    private readonly ConcurrentDictionary<string, OpenRequest> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<OpenRequest>> _expected = new(StringComparer.Ordinal);
    private readonly FlowRuntime _runtime;
    private readonly DormantRequests _dormant;

    internal RequestInbox(FlowRuntime runtime)
    {
        _runtime = runtime;
        _dormant = new(runtime);
    }

    /// <summary>How many requests are open.</summary>
    public int Count => _open.Count + _dormant.Count;

    /// <summary>
    /// The open requests, oldest first. Those of runs that are in the journal only are read from it, on the calling thread; their
    /// values are JSON.
    /// </summary>
    public IReadOnlyList<ApprovalRequest> Open => _runtime.Dormant.Count == 0
        ? Sorted(_open.Values.Select(open => open.Request))
        : Wait(ListAsync());

    /// <summary>The open requests, oldest first. Those of runs that are in the journal only have values that are JSON.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<IReadOnlyList<ApprovalRequest>> ListAsync(CancellationToken cancellationToken = default)
    {
        // A run may come back or go between the two looks: the live request is the better one.
        var dormant = await _dormant.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Sorted(_open.Values.Select(open => open.Request).Concat(dormant).DistinctBy(request => request.Id));
    }

    /// <summary>An open request, or <see langword="null"/>. That of a run that is in the journal only is read from it; its value is JSON.</summary>
    /// <param name="id">Its id.</param>
    public ApprovalRequest? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _open.GetValueOrDefault(id)?.Request ?? (_runtime.Dormant.Count == 0 ? null : Wait(_dormant.FindAsync(id, CancellationToken.None)));
    }

    /// <summary>Approves the value as shown.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    public ValueTask ApproveAsync(string id, string? by = null, string? reason = null) => ResolveAsync(id, ApprovalDecision.Approve(by, reason));

    /// <summary>Approves with a changed value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="id">The request's id.</param>
    /// <param name="value">The value to go on with.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    public ValueTask ModifyAsync<T>(string id, T value, string? by = null, string? reason = null) => ResolveAsync(id, ApprovalDecision.Modify(value, by, reason));

    /// <summary>Rejects.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="by">Who answers.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    public ValueTask RejectAsync(string id, string reason, string? by = null) => ResolveAsync(id, ApprovalDecision.Reject(reason, by));

    /// <summary>Answers a question.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="id">The request's id.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="by">Who answers.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    public ValueTask AnswerAsync<T>(string id, T answer, string? by = null) => ResolveAsync(id, ApprovalDecision.Answer(answer, by));

    /// <summary>Resolves a request and completes when the answer is durable. The run continues on the pool; the call does not wait for it.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="decision">The answer.</param>
    /// <exception cref="RequestNotOpenException">No such request is open: unknown, answered before, or withdrawn.</exception>
    /// <exception cref="InvalidModificationException">The changed value does not fit what takes it: a tool's arguments, for example. The request stays open.</exception>
    /// <exception cref="ArgumentException">The decision does not fit the request: wrong kind, wrong type, not among the choices.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses this answer.</exception>
    public async ValueTask ResolveAsync(string id, ApprovalDecision decision)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(decision);
        var open = await LoadAsync(id).ConfigureAwait(false) ?? throw new RequestNotOpenException(id);
        decision = GivenValue.Read(open, decision);
        DecisionRules.Check(open.Request, decision);
        var judged = await RunGate.AnswerAsync(open, decision).ConfigureAwait(false);
        if (!ReferenceEquals(judged, decision)) DecisionRules.Check(open.Request, judged = GivenValue.Read(open, judged));
        if (!open.Run.TryResolve(open.Path, judged, wait => new RequestResolvedEntry(wait.Path, id, judged, DecisionRules.ValueTypeOf(open.Request)))) throw new RequestNotOpenException(id);
        await open.Run.FlushAsync().ConfigureAwait(false);
    }

    internal void Add(OpenRequest open)
    {
        _open[open.Request.Id] = open;
        if (!_expected.IsEmpty && _expected.TryGetValue(open.Request.Id, out var expected)) expected.TrySetResult(open);
    }

    /// <summary>The open request; its run is brought back first if it is in the journal only.</summary>
    private async ValueTask<OpenRequest?> LoadAsync(string id)
    {
        if (_open.TryGetValue(id, out var open)) return open;
        if (DormantRequests.RunOf(id) is not { } runId) return null;
        var shown = _expected.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            if (await _runtime.LoadAsync(runId).ConfigureAwait(false) is not { } run) return null;
            if (run.IsWoken && !_open.ContainsKey(id)) await Task.WhenAny(shown.Task, run.SettledAsync(CancellationToken.None)).ConfigureAwait(false);

            // It may have left the memory again already: its answer brings it back.
            return shown.Task.IsCompletedSuccessfully ? shown.Task.Result : _open.GetValueOrDefault(id);
        }
        finally
        {
            _expected.TryRemove(new(id, shown));
        }
    }

    private static List<ApprovalRequest> Sorted(IEnumerable<ApprovalRequest> requests) =>
        [.. requests.OrderBy(request => request.OpenedAt).ThenBy(request => request.Id, StringComparer.Ordinal)];

    /// <summary>A journal of this machine has the answer at once.</summary>
    private static T Wait<T>(ValueTask<T> read) => read.IsCompleted ? read.GetAwaiter().GetResult() : read.AsTask().GetAwaiter().GetResult();

    /// <summary>Shows a request to the host's approver, once per runtime.</summary>
    internal void Announce(OpenRequest open)
    {
        if (_runtime.Options.Approver is { } approver) _runtime.Dispatcher.Dispatch(new Approval(this, approver, open));
    }

    internal void Remove(OpenRequest open) => _open.TryRemove(open.Request.Id, out _);

    /// <summary>Asks the host's approver once, away from the flow's thread.</summary>
    private sealed class Approval(RequestInbox inbox, IApprover approver, OpenRequest open) : IThreadPoolWorkItem
    {
        public void Execute() => _ = DecideAsync();

        private async Task DecideAsync()
        {
            try
            {
                var decision = await approver.DecideAsync(open.Request, open.Closed).ConfigureAwait(false);
                if (decision is not null) await inbox.ResolveAsync(open.Request.Id, decision).ConfigureAwait(false);
            }
            catch (RequestNotOpenException)
            {
                // Somebody else was faster, or the run has ended: the request is resolved either way.
            }
            catch (Exception exception)
            {
                open.Run.NoteApproverFailure(open, exception);
            }
        }
    }
}
