using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <content>Starting and re-executing the flow's code.</content>
public abstract partial class FlowRun
{
    private int _hasPlace;
    private TaskCompletionSource? _settledOnce;

    /// <summary>Runs the flow from its root. The caller has woken the branch that this is.</summary>
    internal abstract void Execute();

    void IThreadPoolWorkItem.Execute() => Execute();

    internal void MarkQueued() => _status = RunStatus.Queued;

    /// <summary>Wakes whoever waits for the run to settle. After the status has changed.</summary>
    private void SignalSettled()
    {
        TaskCompletionSource? settled;
        lock (_cancellation)
        {
            settled = _settledOnce;
            _settledOnce = null;
        }

        settled?.SetResult();
    }

    internal void MarkRunning()
    {
        lock (_cancellation)
        {
            if (IsTerminal) return;
            _status = RunStatus.Running;
            _isLoaded = true;
        }
    }

    /// <summary>The run takes up, or gives back, one of the places that <c>MaxConcurrentRuns</c> limits. Exactly once each.</summary>
    internal void TakePlace() => Interlocked.Exchange(ref _hasPlace, 1);

    /// <inheritdoc cref="TakePlace"/>
    internal bool LeavePlace() => Interlocked.Exchange(ref _hasPlace, 0) == 1;

    /// <summary>Completes when the run has ended or is suspended.</summary>
    internal async Task SettledAsync(CancellationToken cancellationToken)
    {
        while (_status is RunStatus.Running or RunStatus.Queued)
        {
            TaskCompletionSource settled;
            lock (_cancellation)
            {
                if (_status is not (RunStatus.Running or RunStatus.Queued)) return;
                settled = _settledOnce ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await settled.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Continues from entries of another run, as if this one had written them: for replay of a stored prefix.</summary>
    internal void Adopt(IReadOnlyList<JournalEntry> prefix)
    {
        _store = null;
        foreach (var entry in prefix)
        {
            if (entry is not RunStartedEntry) _entries.Append(entry.Detached());
        }

        Replay = new ReplayIndex(_entries.Snapshot());
        Features |= RunFeatures.Replay;
    }

    /// <summary>Continues from stored entries: this process writes from here on, under an epoch of its own.</summary>
    internal void Restore(IReadOnlyList<JournalEntry> stored, long epoch)
    {
        Adopt(stored);
        _store = new RunStore(Runtime.Options.Journal!, Id, Runtime, epoch, stored.Count);
        Append(new RunStatusEntry(JournalEntryKind.RunResumed, RootPath, reason: "recovered"));
    }
}

/// <summary>One execution of a flow with its input.</summary>
internal sealed class FlowRun<TIn, TOut>(FlowRuntime runtime, RunId id, Flow<TIn, TOut> flow, TIn input, RunOptions options, bool hasHandle)
    : FlowRun<TOut>(runtime, flow, Start(id, flow, input, options), hasHandle)
{
    /// <summary>What the flow starts from: the caller's input, or what a policy made of it.</summary>
    private TIn _input = input;

    private new Flow<TIn, TOut> Flow => (Flow<TIn, TOut>)base.Flow;

    internal override void Execute()
    {
        var generation = Generation;
        var context = SynchronizationContext.Current;
        if (context is not null) SynchronizationContext.SetSynchronizationContext(null);
        if ((Features & RunFeatures.Telemetry) != 0) StartSpan();
        try
        {
            var outcome = Runtime.Policies.IsEmpty ? Flow.RunRootAsync(this, _input) : RunJudgedAsync();
            if (outcome.IsCompletedSuccessfully) Complete(generation, outcome.Result);
            else _ = FinishAsync(outcome, generation);
        }
        finally
        {
            if (context is not null) SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private async Task FinishAsync(ValueTask<TOut> outcome, int generation)
    {
        TOut result;
        try
        {
            result = await outcome.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(generation, exception);
            return;
        }

        Complete(generation, result);
    }

    private async ValueTask<TOut> RunJudgedAsync()
    {
        var operation = Replay is null ? PolicyOperation.StartRun : PolicyOperation.ResumeRun;
        _input = await RunGate.RequestAsync(this, RootPath, operation, Flow.Name, null, _input, Options.InputLabel, CancellationToken).ConfigureAwait(false);
        var result = await Flow.RunRootAsync(this, _input).ConfigureAwait(false);
        return await RunGate.ResultAsync(this, RootPath, PolicyOperation.EmitResult, Flow.Name, null, result, ResultLabel, CancellationToken).ConfigureAwait(false);
    }

    private static RunStartedEntry<TIn> Start(RunId id, Flow<TIn, TOut> flow, TIn input, RunOptions options) =>
        new(StepPath.Root(flow.Name), id, ((IFlowDefinition)flow).Identity, input, options) { TraceContext = RunTelemetry.CaptureContext() };
}
