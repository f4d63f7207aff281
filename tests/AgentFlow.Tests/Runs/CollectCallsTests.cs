using AgentFlow.Journaling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Runs;

/// <summary>Several steps at once in flow code, however they end.</summary>
public sealed class CollectCallsTests
{
    private static readonly Step<int, int> Good = Step.Create<int, int>("good", (x, _) => x + 1);
    private static readonly Step<int, int> Bad = Step.Create<int, int>("bad", int (int _, StepContext _) => throw new IOException("no line"));

    [Fact]
    public async Task Every_call_runs_under_its_own_name_and_yields_an_outcome_in_order()
    {
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            var outcomes = await ctx.CollectAsync<int, int>([new(Good, x), new(Bad, x), new(Good, 10)], maxParallel: 2);
            return string.Join("; ", outcomes) + await ctx.RunAsync(Good, 0);
        });
        await using var host = new FlowTestHost();

        var run = await host.RunToEndAsync(flow, 1);

        Assert.Equal("2; System.IO.IOException: no line; 111", await run.Result);
        host.Journal.Executed("flow/good", "flow/good#2", "flow/good#3").Failed<IOException>("flow/bad");
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run)).Cuts);
    }

    [Fact]
    public async Task No_calls_yield_nothing_and_bad_arguments_are_refused()
    {
        var flow = Flow.FromCode<int, int>("flow", async (_, ctx) =>
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ctx.CollectAsync<int, int>([], 0).AsTask());
            await Assert.ThrowsAsync<ArgumentNullException>(() => ctx.CollectAsync<int, int>([default], 1).AsTask());
            return (await ctx.CollectAsync<int, int>([], 1)).Count;
        });

        Assert.Equal(0, await new FlowRuntime().RunAsync(flow, 1));
    }

    [Fact]
    public async Task A_decision_has_a_reason_that_follows_from_the_choice()
    {
        var calls = 0;
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => await ctx.DecideAsync("pick", () => x + ++calls, choice => $"because of {choice}"));
        var run = await new FlowRuntime().StartAsync(flow, 1);
        Assert.Equal(2, await run);
        Assert.Equal("because of 2", Assert.Single(run.Entries.OfType<DecisionMadeEntry>()).Reason);

        Assert.Equal(2, await new FlowRuntime().Resume(flow, run.Entries));

        Assert.Equal(1, calls);
    }
}
