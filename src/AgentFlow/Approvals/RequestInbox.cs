using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentFlow.Scheduling;

namespace AgentFlow.Approvals;

/// <summary>The requests of a runtime: what is open, who has it, and the way to answer. Thread-safe.</summary>
/// <remarks>
/// Whoever acts is given by the host as a <see cref="Principal"/>, authenticated and with roles; a bare name has no role. Every act
/// is an entry of the run and durable when the call completes.
/// </remarks>
[DebuggerDisplay("{Count} open")]
public sealed partial class RequestInbox
{
    private readonly ConcurrentDictionary<string, OpenRequest> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DispatchedSignal<OpenRequest>> _expected = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposed = new();
    private readonly FlowRuntime _runtime;
    private readonly DormantRequests _dormant;
    private long _failedNotifications;

    internal RequestInbox(FlowRuntime runtime)
    {
        _runtime = runtime;
        _dormant = new(runtime);
    }

    /// <summary>How many requests are open or claimed.</summary>
    public int Count => _open.Count + _dormant.Count;

    /// <summary>How many times a notifier has thrown.</summary>
    public long FailedNotifications => Interlocked.Read(ref _failedNotifications);

    internal CancellationToken Disposed => _disposed.Token;

    /// <summary>
    /// The requests that wait for an answer, oldest first. Those of runs that are in the journal only are read from it, on the calling
    /// thread; their values are JSON.
    /// </summary>
    public IReadOnlyList<ApprovalRequest> Open => _runtime.Dormant.Count == 0
        ? [.. _open.Values.Select(open => open.Request).OrderBy(request => request.OpenedAt).ThenBy(request => request.Id, StringComparer.Ordinal)]
        : [.. Wait(ReadAllAsync(new(), int.MaxValue, CancellationToken.None)).Select(status => status.Request)];

    /// <summary>A request that waits for an answer, or <see langword="null"/>. That of a run that is in the journal only is read from it; its value is JSON.</summary>
    /// <param name="id">Its id.</param>
    public ApprovalRequest? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _open.GetValueOrDefault(id)?.Request ?? (_runtime.Dormant.Count == 0 ? null : Wait(_dormant.FindAsync(id, CancellationToken.None))?.Request);
    }

    /// <summary>Where a request stands: one that waits for an answer, or a resolved one of a run that is still known or in the journal.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns><see langword="null"/> for an unknown one.</returns>
    public async ValueTask<RequestStatus?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _open.GetValueOrDefault(id)?.Status ?? await RequestHistory.FindAsync(_runtime, id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The value of a request as what it is, also when it was read from the journal and is JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="request">A request of this runtime.</param>
    /// <exception cref="JsonException">The JSON is not of this type.</exception>
    /// <exception cref="InvalidCastException">The value is of another type.</exception>
    public T ValueOf<T>(ApprovalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Value is JsonElement json && typeof(T) != typeof(JsonElement) ? json.Deserialize((JsonTypeInfo<T>)_runtime.Json.GetTypeInfo(typeof(T)))! : (T)request.Value!;
    }

    /// <summary>Tells the notifiers what is open in a run that stays in the journal.</summary>
    internal async ValueTask RepublishAsync(DormantRun run, CancellationToken cancellationToken)
    {
        if (_runtime.Options.RequestNotifiers.Count == 0) return;
        foreach (var status in await _dormant.ReadAsync(run, cancellationToken).ConfigureAwait(false))
        {
            new RequestNews(_runtime, null, status.Request.Id).Tell((notifier, token) => notifier.OpenedAsync(status, token));
        }
    }

    internal void CountFailedNotification() => Interlocked.Increment(ref _failedNotifications);

    /// <summary>The runtime is disposed: nobody is told anything any more.</summary>
    internal void Close()
    {
        try
        {
            _disposed.Cancel();
        }
        catch (AggregateException exception)
        {
            CountFailedNotification();
            RunLog.NotifierThrew(_runtime.Logger, "(all)", exception);
        }
    }

    internal void Add(OpenRequest open)
    {
        _open[open.Request.Id] = open;
        if (!_expected.IsEmpty && _expected.TryGetValue(open.Request.Id, out var expected)) expected.Give(open);
    }

    /// <summary>A request of a run that is in the journal only: whoever may not act on it does not even wake the run.</summary>
    private ValueTask<RequestStatus?> AsleepAsync(string id) => _open.ContainsKey(id) ? default : _dormant.FindAsync(id, CancellationToken.None);

    /// <summary>The open request; its run is brought back first if it is in the journal only.</summary>
    private async ValueTask<OpenRequest?> LoadAsync(string id)
    {
        if (_open.TryGetValue(id, out var open)) return open;
        if (DormantRequests.RunOf(id) is not { } runId) return null;
        var shown = _expected.GetOrAdd(id, static (_, dispatcher) => new(dispatcher), _runtime.Dispatcher);
        try
        {
            if (await _runtime.LoadAsync(runId).ConfigureAwait(false) is not { } run) return null;
            if (!_open.ContainsKey(id) && (run.IsWoken || run.IsToAskAgain(id))) await Task.WhenAny(shown.WaitAsync(), run.SettledAsync(CancellationToken.None)).ConfigureAwait(false);

            // It may have left the memory again already: its answer brings it back.
            return shown.Value ?? _open.GetValueOrDefault(id);
        }
        finally
        {
            _expected.TryRemove(new(id, shown));
        }
    }

    /// <summary>A journal of this machine has the answer at once.</summary>
    private static T Wait<T>(ValueTask<T> read) => read.IsCompleted ? read.GetAwaiter().GetResult() : read.AsTask().GetAwaiter().GetResult();

    internal void Remove(OpenRequest open)
    {
        if (_open.TryGetValue(open.Request.Id, out var listed) && listed.Case == open.Case) _open.TryRemove(new(open.Request.Id, listed));
    }

    /// <summary>Shows a request to the host's approver, once per runtime.</summary>
    internal void Announce(OpenRequest open)
    {
        if (_runtime.Options.Approver is { } approver) _runtime.Dispatcher.Dispatch(new ApproverCall(this, approver, open));
    }
}
