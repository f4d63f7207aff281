using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Steps;

/// <summary>A key names one intended effect: the same in every attempt of the step and of the flows around it.</summary>
public class IdempotencyKeyTests
{
    private readonly VirtualRun _test = new();
    private readonly List<string> _keys = [];

    [Fact]
    public void Attempts_of_steps_and_flows_do_not_change_the_key()
    {
        var failures = 3;
        var pay = Step.Create<int, int>("pay", (x, context) =>
        {
            _keys.Add(context.IdempotencyKey);
            return x;
        });
        var flaky = Step.Create<int, int>("flaky", (x, _) => failures-- > 0 ? throw new IOException("not yet") : x, o => o.Retry(1, TimeSpan.Zero));
        var inner = Flow.Start<int>("inner").Then(pay).Then(flaky).Build();
        var middle = Flow.Start<int>("middle").Then(inner, o => o.Retry(1, TimeSpan.Zero)).Build();
        var run = _test.Start(Flow.Start<int>("outer").Then(middle, o => o.Retry(1, TimeSpan.Zero)).Build(), 7, new() { Id = "r" });
        _test.Finish(run);
        Assert.Equal(7, run.Value());
        Assert.Equal(["r/outer/middle/inner/pay", "r/outer/middle/inner/pay"], _keys);
        Assert.Contains(run.Entries, entry => $"{entry.Path}" == "outer/middle/inner~2/pay");
    }

    [Fact]
    public void Calls_that_are_meant_to_happen_more_than_once_have_keys_of_their_own()
    {
        var pay = Step.Create<int, int>("pay", (x, context) =>
        {
            lock (_keys) _keys.Add(context.IdempotencyKey);
            return x;
        });
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            await ctx.RunAsync(pay, x);
            await ctx.RunAsync(pay, x);
            await ctx.ForEachAsync([1, 2], maxParallel: 1, (item, scope) => scope.RunAsync(pay, item));
            return x;
        });
        var run = _test.Start(flow, 7, new() { Id = "r" });
        _test.Finish(run);
        Assert.Equal(["r/flow/pay", "r/flow/pay#2", "r/flow/each/0/pay", "r/flow/each/1/pay"], _keys);
    }
}
