using AgentFlow.Testing;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

/// <summary>Runs flows in virtual time on the test's thread: nothing happens that the test did not ask for.</summary>
internal sealed class VirtualRun
{
    private readonly PumpedDispatcher _dispatcher;

    public VirtualRun(int? seed = null, Action<FlowRuntimeOptions>? configure = null)
    {
        _dispatcher = seed is { } value ? new PumpedDispatcher(value) : new PumpedDispatcher();
        var options = new FlowRuntimeOptions { Time = Time, Dispatcher = _dispatcher };
        configure?.Invoke(options);
        Runtime = new FlowRuntime(options);
    }

    public VirtualTimeProvider Time { get; } = new();

    public FlowRuntime Runtime { get; }

    /// <summary>A step that takes a number of virtual milliseconds.</summary>
    public Step<TIn, TIn> Delay<TIn>(string name, int milliseconds) => Step.Create<TIn, TIn>(name, async Task<TIn> (input, context) =>
    {
        await Time.DelayInPlaceAsync(TimeSpan.FromMilliseconds(milliseconds), context.CancellationToken);
        return input;
    });

    public FlowRun<TOut> Start<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions? options = null)
    {
        var started = Runtime.StartAsync(flow, input, options).AsTask();
        Assert.True(started.IsCompletedSuccessfully);
        return started.Result;
    }

    /// <summary>Does everything that can be done without time passing.</summary>
    public void Settle()
    {
        // Continuations run here and now, not where the test framework would queue them.
        SynchronizationContext.SetSynchronizationContext(null);
        _dispatcher.RunAll();
    }

    /// <summary>Does one thing that can be done without time passing; false when there is none.</summary>
    public bool SettleOne()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        return _dispatcher.RunOne();
    }

    /// <summary>Lets time pass, timer by timer, until the run has ended; fails when nothing is left that could end it.</summary>
    public TimeSpan Finish(FlowRun run)
    {
        Settle();
        while (run.Status is RunStatus.Queued or RunStatus.Running or RunStatus.Suspended)
        {
            Assert.True(Time.AdvanceToNextTimer(), $"run {run.Id} is {run.Status} and nothing is due");
            Settle();
        }

        return Time.Elapsed;
    }
}
