using System.Collections.Concurrent;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

/// <summary>Makes steps that note where they were executed, and replays their flows.</summary>
internal sealed class Recorder
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<string> _executed = new();

    public IReadOnlyList<string> Executed => [.. _executed.Order(StringComparer.Ordinal)];

    public Step<TIn, TOut> Step<TIn, TOut>(string name, Func<TIn, TOut> body) => AgentFlow.Step.Create<TIn, TOut>(name, (input, context) =>
    {
        _executed.Enqueue(context.Path.ToString());
        return body(input);
    });

    public Step<TIn, TOut> Async<TIn, TOut>(string name, Func<TIn, CancellationToken, Task<TOut>> body) => AgentFlow.Step.Create<TIn, TOut>(name, Task<TOut> (input, context) =>
    {
        _executed.Enqueue(context.Path.ToString());
        return body(input, context.CancellationToken);
    });

    public void Forget() => _executed.Clear();

    /// <summary>Runs the flow and returns its ended run.</summary>
    public static async Task<FlowRun<TOut>> RunAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, FlowRuntime? runtime = null)
    {
        var run = await (runtime ?? new FlowRuntime()).StartAsync(flow, input);
        await run.Ended.WaitAsync(HangGuard);
        return run;
    }

    /// <summary>Runs the flow, then replays it from every prefix of its entries: the same end, and nothing recorded is executed again.</summary>
    public async Task<FlowRun<TOut>> RunAndReplayAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input)
    {
        var run = await RunAsync(flow, input);
        var entries = run.Entries;
        for (var length = 1; length < entries.Count; length++)
        {
            Forget();
            var prefix = entries.Take(length).ToList();
            var replayed = new FlowRuntime().Resume(flow, prefix);
            await replayed.Ended.WaitAsync(HangGuard);
            Assert.Equal(run.Status, replayed.Status);
            Assert.Equal(run.StatusReason, replayed.StatusReason);
            if (run.Status == RunStatus.Completed) Assert.Equal(await run, await replayed);
            var recorded = prefix.Where(entry => entry is EffectCompletedEntry or EffectFailedEntry).Select(entry => entry.Path.ToString());
            Assert.Empty(Executed.Intersect(recorded));
        }

        return run;
    }
}
