using System.Net;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Models;

public class ModelLaneTests
{
    [Fact]
    public async Task A_models_lane_limits_its_calls_whichever_agent_makes_them()
    {
        using var model = new ScriptedChatClient();
        for (var i = 0; i < 5; i++) model.Reply("ok");
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("fast", model, m => m.Lane("openai"));
            o.Runtime.Scheduler.AddLane("openai", lane => lane.Concurrency(8).RequestsPerMinute(2));
        });
        var agent = Agent.Create("a").Model("fast").Build();
        var flow = Flow.Start<string[]>("f").ForEach(x => x, agent, maxParallel: 5).Build();

        await host.RunAsync(flow, ["1", "2", "3", "4", "5"]);

        Assert.Equal(TimeSpan.FromMinutes(2), host.Elapsed);
        Assert.Equal([0d, 0d, 60d, 60d, 120d], host.LastRun.Entries.OfType<EffectCompletedEntry>().Select(entry => (entry.Time - host.Time.Start).TotalSeconds));
    }

    [Fact]
    public async Task Tokens_are_reserved_by_estimate_and_corrected_by_what_was_used()
    {
        using var model = new ScriptedChatClient();
        for (var i = 0; i < 3; i++) model.Reply("ok", r => r.Usage(100, 20));
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("fast", model, m => m.Lane("openai"));
            o.Runtime.Scheduler.AddLane("openai", lane => lane.Concurrency(1).TokensPerMinute(800));
        });
        var agent = Agent.Create("a").Model("fast").Build();

        await host.RunAsync(Flow.Start<string[]>("f").ForEach(x => x, agent, maxParallel: 3).Build(), ["1", "2", "3"]);

        Assert.Equal(TimeSpan.Zero, host.Elapsed);
    }

    [Fact]
    public async Task A_call_that_can_never_fit_fails_before_it_is_made()
    {
        using var model = new ScriptedChatClient();
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("fast", model, m => m.Lane("openai"));
            o.Runtime.Scheduler.AddLane("openai", lane => lane.TokensPerMinute(100));
        });

        var run = await host.RunToEndAsync(Agent.Create("a").Model("fast").Retry(2).Build(), new string('x', 1_000));

        Assert.Equal("LaneLimitExceeded", run.Failure().ErrorType);
        Assert.Single(run.Entries.OfType<EffectFailedEntry>());
        Assert.Contains("lane 'openai' lets 100 begin within a minute", run.StatusReason);
        Assert.Empty(model.Calls);
    }

    [Fact]
    public async Task A_service_that_had_enough_pauses_the_lane_and_the_call_is_retried()
    {
        var enough = new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests) { Data = { ["Retry-After"] = "30" } };
        using var model = new ScriptedChatClient().Fail(enough).Reply("a").Reply("b");
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("fast", model, m => m.Lane("openai"));
            o.Runtime.Scheduler.AddLane("openai", lane => lane.Concurrency(1).HonourRetryAfter());
        });
        var agent = Agent.Create("a").Model("fast").Retry(1, TimeSpan.FromSeconds(1)).Build();

        await host.RunAsync(Flow.Start<string[]>("f").ForEach(x => x, agent, maxParallel: 2).Build(), ["1", "2"]);

        Assert.Equal(3, model.Calls.Count);
        Assert.All(host.LastRun.Entries.OfType<EffectCompletedEntry>(), entry => Assert.Equal(30, (entry.Time - host.Time.Start).TotalSeconds));
    }

    [Fact]
    public async Task A_stand_in_has_a_lane_of_its_own()
    {
        using var first = new ScriptedChatClient().Fail(new HttpRequestException("down"));
        using var second = new ScriptedChatClient().Reply("second");
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("first", first, m => m.Lane("one").FallbackTo("second")).Add("second", second, m => m.Lane("two"));
            o.Runtime.Scheduler.AddLane("one", lane => lane.RequestsPerMinute(1)).AddLane("two", lane => lane.RequestsPerMinute(1));
        });

        Assert.Equal("second", await host.RunAsync(Agent.Create("a").Model("first").Build(), "x"));
        Assert.Equal(TimeSpan.Zero, host.Elapsed);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_the_line()
    {
        using var model = new ScriptedChatClient().Reply("a");
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("fast", model, m => m.Lane("openai"));
            o.Runtime.Scheduler.AddLane("openai", lane => lane.RequestsPerMinute(1));
        });
        var agent = Agent.Create("a").Model("fast").Build();
        await host.RunAsync(agent, "x");
        var waiting = await host.StartAsync(agent, "y");
        await host.SettleAsync();
        Assert.Equal(1, host.Runtime.Scheduler.Waiting);

        await host.CancelAsync(waiting);

        Assert.Equal((RunStatus.Cancelled, 0), (waiting.Status, host.Runtime.Scheduler.Waiting));
    }
}
