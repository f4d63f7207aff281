using System.Collections.Concurrent;
using AgentFlow.Journaling;

namespace AgentFlow;

public sealed partial class FlowRuntime
{
    private readonly ConcurrentDictionary<RunId, FlowRun> _runs = new();
    private readonly EndedRuns _ended;
    private readonly Lock _naming = new();

    /// <summary>How many runs are queued, executing or suspended, in memory or in the journal only.</summary>
    public int ActiveRuns => _runs.Count + Dormant.Count;

    /// <summary>The runs in memory: queued, executing or suspended ones, and the ended ones that are still kept.</summary>
    public IReadOnlyList<FlowRun> Runs => [.. _runs.Values, .. _ended.All];

    /// <summary>The runs that are queued, executing or suspended, or have ended and are not yet durable, without a copy.</summary>
    internal IEnumerable<FlowRun> Unended => _runs.Select(static pair => pair.Value);

    /// <summary>Runs a flow to its end. Starts on the calling thread; returns synchronously when nothing had to wait.</summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="flow">The flow or agent.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Id, principal, tags, deadline, limits.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <exception cref="FlowRunFailedException">The run failed.</exception>
    /// <exception cref="FlowRunCancelledException">The run was cancelled.</exception>
    /// <exception cref="Scheduling.RunRejectedException">Too many runs are queued, and the runtime rejects then.</exception>
    /// <exception cref="RunIdConflictException">The id belongs to another run: of another principal, flow or input.</exception>
    /// <exception cref="AgentNotRegisteredException">The flow refers to an agent of the registry that new runs cannot use.</exception>
    /// <exception cref="RuntimeStoppingException">The runtime shuts down.</exception>
    public ValueTask<TOut> RunAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TOut>(cancellationToken);
        if (Options.Journal is not null || RegisteredAgents.MustRead(flow)) return RunReadilyAsync(flow, input, options, cancellationToken);
        var run = Accept(flow, input, options, hasHandle: false, out var isNew);
        if (!isNew) return cancellationToken.CanBeCanceled ? new(run.Result.WaitAsync(cancellationToken)) : run.ResultAsync();
        if (!Admission.IsUnlimited || cancellationToken.CanBeCanceled) return RunAdmittedAsync(run, cancellationToken);
        if (TryBegin(run)) run.Execute();
        return run.ResultAsync();
    }

    /// <summary>Starts a flow on the pool and returns the handle of the run as soon as it is accepted.</summary>
    /// <remarks>
    /// The values of the caller's <see cref="AsyncLocal{T}"/> do not flow into the run, which may outlive the caller and be continued elsewhere: what a
    /// flow needs to know goes into its input, <see cref="RunOptions.Tags"/> or <see cref="RunOptions.Principal"/>. The trace context is taken along.
    /// </remarks>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="flow">The flow or agent.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Id, principal, tags, deadline, limits.</param>
    /// <param name="cancellationToken">Ends the waiting for a place; an accepted run is cancelled through its handle.</param>
    /// <exception cref="Scheduling.RunRejectedException">Too many runs are queued, and the runtime rejects then.</exception>
    /// <exception cref="RunIdConflictException">The id belongs to another run: of another principal, flow or input.</exception>
    /// <exception cref="AgentNotRegisteredException">The flow refers to an agent of the registry that new runs cannot use.</exception>
    /// <exception cref="RuntimeStoppingException">The runtime shuts down.</exception>
    /// <returns>The handle; for an id that is known already, the handle of the run that has it.</returns>
    public async ValueTask<FlowRun<TOut>> StartAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        cancellationToken.ThrowIfCancellationRequested();
        var (run, isNew) = Options.Journal is null && !RegisteredAgents.MustRead(flow)
            ? (Accept(flow, input, options, hasHandle: true, out var isNewHere), isNewHere)
            : await AcceptAsync(flow, input, options, hasHandle: true, cancellationToken).ConfigureAwait(false);
        if (!isNew) return run;
        var turn = await AdmitAsync(run, cancellationToken).ConfigureAwait(false);
        if (turn.IsCompletedSuccessfully) Dispatch(run);
        else _ = DispatchInTurnAsync(run, turn);
        return run;
    }

    /// <summary>The registered flow or agent of this name, to run it.</summary>
    /// <inheritdoc cref="StepRegistry.GetFlow{TIn,TOut}"/>
    public Flow<TIn, TOut> GetFlow<TIn, TOut>(string name, int? version = null) => Steps.GetFlow<TIn, TOut>(name, version);

    /// <summary>
    /// The run with the given id, or <see langword="null"/> when it is not in memory: unknown, no longer kept, or suspended in the journal,
    /// where <see cref="GetRunAsync(RunId, CancellationToken)"/> looks, too. For the host: nobody is asked whose run it is. See
    /// <see cref="FlowRuntimeOptions.KeepEndedRunsWithId"/> for what is left of an ended one.
    /// </summary>
    /// <param name="id">The id.</param>
    public FlowRun? GetRun(RunId id) => _runs.GetValueOrDefault(id) ?? _ended.Find(id);

    /// <inheritdoc cref="GetRun(RunId)"/>
    /// <typeparam name="TOut">What its flow yields.</typeparam>
    /// <exception cref="InvalidOperationException">The run yields another type.</exception>
    public FlowRun<TOut>? GetRun<TOut>(RunId id) => As<TOut>(id, GetRun(id));

    /// <summary>Continues a run of this flow from a prefix of its entries: recorded effects are not executed again.</summary>
    internal FlowRun<TOut> Resume<TIn, TOut>(Flow<TIn, TOut> flow, IReadOnlyList<JournalEntry> prefix)
    {
        var started = (RunStartedEntry)prefix[0];
        var run = new FlowRun<TIn, TOut>(this, started.RunId, flow, (TIn)started.Value!, started.Options, hasHandle: true, started.Succession, started.ForkedFrom, started.Agents);
        run.Adopt(prefix);
        _runs[run.Id] = run;
        Dispatch(run);
        return run;
    }

    /// <summary>Executes the run that these entries are from its beginning, in memory, to see whether its flow still takes the same way.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="offered">Its flow, when it need not be registered.</param>
    /// <exception cref="RunHeldException">Its flow is not registered, or has changed.</exception>
    internal FlowRun Replay(IReadOnlyList<JournalEntry> entries, IFlowDefinition? offered = null)
    {
        var started = (RunStartedEntry)entries[0];
        var definition = FindFlow(started.RunId, started.Flow, offered);
        var run = Readable(started, () => definition.Replay(this, entries));
        _runs[run.Id] = run;
        Dispatch(run);
        return run;
    }

    internal void OnEnded(FlowRun run)
    {
        RunLog.RunEnded(Logger, run.Id, run.Status, run.StatusReason);
        Options.Watch?.OnRest();
        if (!Admission.IsUnlimited && run.LeavePlace()) Admission.Exit();
        if (Options.Journal is null) Shelve(run);
    }

    /// <summary>A run that has ended is known from memory until the journal has its end.</summary>
    internal void Shelve(FlowRun run)
    {
        if (run.Options.Id is null)
        {
            if (Options.KeepEndedRuns > 0) _ended.Keep(run);
            _runs.TryRemove(run.Id, out _);
            return;
        }

        lock (_naming)
        {
            _ended.Keep(run);
            _runs.TryRemove(run.Id, out _);
        }
    }

    /// <summary>A run with an id of the host's choice has its outcome: its journal is not kept for the sake of the id.</summary>
    internal void OnPublished(FlowRun run) => _ended.Compact(run);

    /// <summary>A sealed run: its place is free for others, its live state is dropped after the linger.</summary>
    /// <param name="run">The run.</param>
    /// <param name="generation">The execution whose state is in memory; null when it is unloaded already.</param>
    internal void OnSuspended(FlowRun run, int? generation)
    {
        RunLog.RunSuspended(Logger, run.Id, run.StatusReason);
        if (Options.Journal is not null) _ = run.FlushInBackgroundAsync();
        if (!Admission.IsUnlimited && run.LeavePlace()) Admission.Exit();
        if (generation is { } loaded) _lingering.Add(run, loaded);
    }

    /// <summary>A run that another recovery may continue stays here until then: whoever asks for it learns why it does not go on.</summary>
    internal void OnHeld(FlowRun run, string reason)
    {
        RunLog.RunHeld(Logger, run.Id, run.FlowName, reason);
        Options.Watch?.OnRest();
        if (!Admission.IsUnlimited && run.LeavePlace()) Admission.Exit();
    }

    /// <summary>Gets a resumed run its place among the executing ones; what waits for it then goes on.</summary>
    internal void Readmit(FlowRun run) => _ = ReadmitAsync(run);

    private async Task ReadmitAsync(FlowRun run)
    {
        await Admission.EnterAsync(run.Options.Priority, mustAccept: true, CancellationToken.None).ConfigureAwait(false);
        run.TakePlace();
        if (run.IsTerminal && run.LeavePlace()) Admission.Exit();
        else run.ReleaseHeld();
    }

    /// <summary>
    /// Accepts a run: it has a place or one in the queue, and is durable. Yields what completes when it may execute. A run that is
    /// not accepted leaves no trace.
    /// </summary>
    private async ValueTask<Task> AdmitAsync(FlowRun run, CancellationToken cancellationToken)
    {
        try
        {
            run.MarkQueued();
            if (Admission.IsUnlimited)
            {
                await KeepAsync(run).ConfigureAwait(false);
                return Task.CompletedTask;
            }

            var ticket = await Admission.AcceptAsync(run.Options.Priority, mustAccept: false, cancellationToken).ConfigureAwait(false);
            var turn = TakeTurnAsync(run, ticket);
            await KeepAsync(run).ConfigureAwait(false);
            return turn;
        }
        catch (Exception exception)
        {
            _runs.TryRemove(run.Id, out _);
            run.Refuse(exception);
            if (run.LeavePlace()) Admission.Exit();
            throw;
        }
    }

    /// <summary>A run that the journal does not keep has failed, like one that it loses later.</summary>
    private static async ValueTask KeepAsync(FlowRun run)
    {
        try
        {
            await run.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw FlowRunFailedException.NotKept(run, exception);
        }
    }

    /// <summary>Waits for the run's place among the executing ones, or until the run is cancelled; it has ended then.</summary>
    private async Task TakeTurnAsync(FlowRun run, Scheduling.RunTicket ticket)
    {
        try
        {
            await ticket.WaitAsync(run.CancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run ends as cancelled. It holds no place.
            return;
        }

        run.TakePlace();
        if (run.IsTerminal && run.LeavePlace()) Admission.Exit();
    }

    private async Task DispatchInTurnAsync(FlowRun run, Task turn)
    {
        await turn.ConfigureAwait(false);
        Dispatch(run);
    }

    private void Dispatch(FlowRun run)
    {
        if (TryBegin(run)) Dispatcher.Dispatch(run);
    }

    /// <summary>False when the run has ended while it was queued.</summary>
    private bool TryBegin(FlowRun run)
    {
        if (!run.TryMarkRunning()) return false;
        RunLog.RunStarted(Logger, run.Id, run.FlowName);
        run.StartDeadline();
        run.Wake();
        return true;
    }

    /// <summary>The same where something is read or written before the run is accepted.</summary>
    private async ValueTask<TOut> RunReadilyAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions? options, CancellationToken cancellationToken)
    {
        var (run, isNew) = await AcceptAsync(flow, input, options, hasHandle: false, cancellationToken).ConfigureAwait(false);
        return isNew ? await RunAdmittedAsync(run, cancellationToken).ConfigureAwait(false) : await run.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TOut> RunAdmittedAsync<TOut>(FlowRun<TOut> run, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static state => ((FlowRun)state!).RequestCancellation("the caller's token was cancelled", deadlineExceeded: false), run);
        try
        {
            var turn = await AdmitAsync(run, cancellationToken).ConfigureAwait(false);
            await turn.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new FlowRunCancelledException(run.Id, "the caller's token was cancelled");
        }

        if (TryBegin(run)) run.Execute();
        return await run.ResultAsync().ConfigureAwait(false);
    }
}
