using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>What a run has left in a store, and the next process that finds the first entries of it there. Virtual time, no threads.</summary>
internal static class Restart
{
    /// <summary>Everything that a run of this flow stores, from its start until nothing more happens by itself.</summary>
    public static IReadOnlyList<StoredEntry> Record<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, Action<FlowRuntimeOptions>? configure = null) => Record(_ => flow, input, configure);

    /// <summary>The same of a flow that needs to know where its work items run.</summary>
    public static IReadOnlyList<StoredEntry> Record<TIn, TOut>(Func<FlowRuntime, Flow<TIn, TOut>> flow, TIn input, Action<FlowRuntimeOptions>? configure = null)
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: With(journal, configure));
        var run = test.Start(flow(test.Runtime), input, new() { Id = "run" });
        Drive(test, run);
        return Stored(journal, run.Id);
    }

    /// <summary>A process that recovers the run from its first entries with the given flows, and drives it until nothing more happens by itself.</summary>
    public static Restarted<TOut> From<TOut>(IEnumerable<StoredEntry> prefix, Action<FlowRuntimeOptions>? configure, params Step[] flows)
    {
        StoredEntry[] entries = [.. prefix];
        var id = ((RunStartedEntry)EntryDecoder.Decode(entries[0])).RunId;
        var journal = new InProcessJournal();
        Assert.True(journal.AppendAsync(id, 1, entries, default).IsCompletedSuccessfully);
        var test = new VirtualRun(configure: With(journal, configure));
        test.Time.Advance(entries[^1].Time - test.Time.GetUtcNow());
        foreach (var flow in flows) test.Runtime.Steps.Add(flow);
        var recovery = test.Runtime.RecoverAsync();
        Assert.True(recovery.IsCompletedSuccessfully, $"{recovery.Exception}");
        if (recovery.Result.Held is [var held]) return new(null, held, journal, test);
        var found = test.Runtime.GetRunAsync<TOut>(id).AsTask();
        test.Settle();
        var run = found.Result!;
        Drive(test, run);
        return new(run, null, journal, test);
    }

    public static IReadOnlyList<StoredEntry> Stored(InProcessJournal journal, RunId id) => journal.ReadAsync(id, 0, default).Result;

    private static Action<FlowRuntimeOptions> With(InProcessJournal journal, Action<FlowRuntimeOptions>? configure) => options =>
    {
        options.Journal = journal;
        options.SuspendLinger = TimeSpan.Zero;
        configure?.Invoke(options);
    };

    private static void Drive(VirtualRun test, FlowRun run)
    {
        test.Settle();
        while (run.Status is RunStatus.Queued or RunStatus.Running or RunStatus.Suspended && test.Time.AdvanceToNextTimer()) test.Settle();
    }
}

/// <summary>The run in the next process; null with the reason when it was held.</summary>
internal sealed record Restarted<TOut>(FlowRun<TOut>? Run, HeldRun? Held, InProcessJournal Journal, VirtualRun Test);
