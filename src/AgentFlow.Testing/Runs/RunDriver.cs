using AgentFlow.Approvals;

namespace AgentFlow.Testing;

/// <summary>
/// Drives the runs of a runtime: whatever can happen now happens first, then open requests are answered, then virtual time
/// moves to the next timer. One at a time may drive.
/// </summary>
internal sealed class RunDriver : IAsyncDisposable
{
    // A timer that re-arms itself for ever (somebody's periodic clean-up) must not keep a stuck run alive. A body may poll.
    private const int MaxIdleTimers = 10_000;
    private const int MaxIdleTimersOfBodies = 1_000_000;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, (GivenAnswer Answer, Task Resolved)> _resolving = new(StringComparer.Ordinal);
    private readonly FlowTestOptions _options;
    private readonly PumpedDispatcher _dispatcher;
    private readonly Signal _changed = new();
    private readonly Random? _random;
    private readonly IAnswerer _answerer;
    private long _version;
    private int _idleTimers;

    internal RunDriver(FlowTestOptions options, IAnswerer answerer)
    {
        options.Validate();
        _options = options;
        _answerer = answerer;
        Time = options.Time;
        Time.Armed = _changed.Set;
        _dispatcher = options.Seed is { } seed ? new PumpedDispatcher(seed) : new PumpedDispatcher();
        _dispatcher.Dispatched = _changed.Set;
        _random = options.Seed is { } other ? new Random(~other) : null;
        Effects = new LiveEffects(_changed);
        var runtime = options.Runtime.Copy();
        runtime.Time = Time;
        runtime.Dispatcher = _dispatcher;
        runtime.Watch = Effects;
        if (options.UnloadSuspendedRuns) runtime.SuspendLinger = TimeSpan.Zero;
        Runtime = new FlowRuntime(runtime);
    }

    internal FlowRuntime Runtime { get; }

    internal VirtualTimeProvider Time { get; }

    internal LiveEffects Effects { get; }

    /// <summary>Drives until a task is completed or a run has ended, whichever is given.</summary>
    /// <exception cref="FlowAssertionException">It cannot come to that.</exception>
    internal Task DriveAsync(Task? task, FlowRun? run) => InTurnAsync(async () =>
    {
        bool IsDone() => task is { IsCompleted: true } || run is { IsTerminal: true };
        _ = task?.ContinueWith(_ => _changed.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!IsDone())
        {
            if (await SettleAsync(IsDone, task, run, isLast: true).ConfigureAwait(false)) continue;
            if (Time.NextTimerDue is not { } next) throw Stuck(run);
            Time.MoveTo(next);
        }
    });

    /// <summary>Lets everything happen that can happen without moving virtual time.</summary>
    internal Task SettleAsync() => AdvanceAsync(TimeSpan.Zero);

    /// <summary>Moves virtual time, and lets everything happen on the way.</summary>
    internal Task AdvanceAsync(TimeSpan delta) => InTurnAsync(async () =>
    {
        var target = Time.GetUtcNow() + delta;
        while (true)
        {
            await SettleAsync(static () => false, null, null, isLast: false).ConfigureAwait(false);
            if (Time.NextTimerDue is not { } next || next > target) break;
            Time.MoveTo(next);
        }

        Time.MoveTo(target);
    });

    /// <summary>Cancels what still runs and lets it end. Never throws on account of a run.</summary>
    public async ValueTask DisposeAsync()
    {
        var disposing = Runtime.DisposeAsync().AsTask();
        try
        {
            await DriveAsync(disposing, null).ConfigureAwait(false);
        }
        catch (FlowAssertionException)
        {
            // A run that cannot even be cancelled: the test has failed for a reason that says more, or does not care.
        }
    }

    /// <summary>Pumping with a context of the test's would send continuations elsewhere.</summary>
    private Task InTurnAsync(Func<Task> drive)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return DriveInTurnAsync(drive);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private async Task DriveInTurnAsync(Func<Task> drive)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await drive().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Returns when only virtual time can help, or with true when it is done.</summary>
    private async ValueTask<bool> SettleAsync(Func<bool> isDone, Task? task, FlowRun? run, bool isLast)
    {
        while (true)
        {
            // Whoever is out ends after having queued what follows: look who is out first, and at the queue then.
            var isQuiet = !IsAnybodyOut(task);
            var ran = false;
            while (!isDone() && RunOne(run)) ran = true;
            if (isDone()) return true;
            if (ran || AnswerRequests()) continue;
            if (isQuiet) return false;
            var next = Time.NextTimer;
            var patience = next switch
            {
                null when isLast => _options.RealTimeLimit,
                { IsSleep: true } => _options.RealTimePatience / 10,
                _ => _options.RealTimePatience,
            };
            if (!await _changed.WaitAsync(patience).ConfigureAwait(false) && !AnswerRequests()) return false;
        }
    }

    private bool RunOne(FlowRun? run)
    {
        if (!_dispatcher.RunOne())
        {
            if (!Time.HasDueTimer) return false;
            if (_version != Effects.Version) (_version, _idleTimers) = (Effects.Version, 0);
            if (++_idleTimers > (run is { Awake: > 0 } ? MaxIdleTimersOfBodies : MaxIdleTimers)) throw Stuck(run);
            return Time.FireOneDue(_random);
        }

        _idleTimers = 0;
        return true;
    }

    /// <summary>
    /// Whether a branch does something that virtual time does not explain: it is awake, and neither sleeps nor waits for a slot.
    /// What changes while we count is out, too, and so is a task of the runtime (storing a run) that waits for no other run.
    /// </summary>
    private bool IsAnybodyOut(Task? task)
    {
        if (_resolving.Count > 0 || task is not null && Runtime.Admission.Queued == 0) return true;
        var version = _changed.Version;
        var explained = Effects.Sleeping + Runtime.Scheduler.Waiting + Runtime.Parked;
        return Runtime.Unended.Sum(static run => run.IsTerminal ? 0 : run.Awake + run.Unseen) > explained || version != _changed.Version;
    }

    private bool AnswerRequests()
    {
        var any = false;
        foreach (var (answer, resolved) in _resolving.Values.Where(static pending => pending.Resolved.IsCompleted).ToList())
        {
            _resolving.Remove(answer.Request.Id);
            Observe(answer, resolved);
            any = true;
        }

        if (Runtime.Requests.Count == 0) return any;
        foreach (var answer in _answerer.Take([.. Runtime.Requests.Open.Where(request => !_resolving.ContainsKey(request.Id))]))
        {
            var resolved = answer.Give(Runtime.Requests);
            if (resolved.IsCompleted) Observe(answer, resolved);
            else _resolving.Add(answer.Request.Id, (answer, resolved));
            any = true;
        }

        return any;
    }

    private static void Observe(GivenAnswer answer, Task resolved)
    {
        if (resolved.Exception?.InnerException is not { } refusal || refusal is RequestNotOpenException) return;
        throw new FlowAssertionException(
            $"The scripted answer \"{answer.Source}\" was refused.\n    request: {StuckRun.Describe(answer.Request)}\n    refusal: {refusal.Message}", refusal);
    }

    private FlowAssertionException Stuck(FlowRun? run) => StuckRun.Report(this, run, (_answerer as AnswerScript)?.DescribeUnused() ?? "");
}
