using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Where the runs of an evaluation happen.</summary>
internal abstract class EvaluationBench(FlowRuntime runtime)
{
    public FlowRuntime Runtime => runtime;

    /// <summary>How many runs may be under way when so many are wanted.</summary>
    public abstract int Parallel(int wanted);

    /// <summary>Runs to the end, whatever end that is.</summary>
    public abstract Task<FlowRun<TOut>> RunToEndAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions options, CancellationToken cancellationToken);

    /// <summary>All entries of an ended run. One that slept in the journal has another handle by now.</summary>
    public async ValueTask<IReadOnlyList<JournalEntry>> EntriesAsync(FlowRun run, CancellationToken cancellationToken)
    {
        var entries = run.Entries;
        var isWhole = entries is [.., RunStatusEntry { Kind: JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled }];
        return isWhole || !runtime.IsDurable ? entries : await runtime.ReadAsync(run.Id, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class RuntimeBench(FlowRuntime runtime) : EvaluationBench(runtime)
{
    public override int Parallel(int wanted) => wanted;

    public override async Task<FlowRun<TOut>> RunToEndAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions options, CancellationToken cancellationToken)
    {
        var run = await Runtime.StartAsync(flow, input, options, cancellationToken).ConfigureAwait(false);
        try
        {
            await run.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await run.CancelAsync("the evaluation was cancelled").ConfigureAwait(false);
            throw;
        }

        return run;
    }
}

internal sealed class HostBench(FlowTestHost host) : EvaluationBench(host.Runtime)
{
    public override int Parallel(int wanted) => 1;

    public override async Task<FlowRun<TOut>> RunToEndAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions options, CancellationToken cancellationToken)
    {
        var run = await host.StartAsync(flow, input, options).ConfigureAwait(false);
        try
        {
            await host.DriveAsync(run).ConfigureAwait(false);
        }
        catch (FlowAssertionException)
        {
            // What it waits for would be open beside the next run, and take its answers.
            await host.CancelAsync(run, "it can never end").ConfigureAwait(false);
            throw;
        }

        return run;
    }
}
