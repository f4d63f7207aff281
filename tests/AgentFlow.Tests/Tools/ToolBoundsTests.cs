using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;

namespace AgentFlow.Tests.Tools;

/// <summary>How many tools a model may call in one turn, and how many of them at the same time.</summary>
public class ToolBoundsTests
{
    private static ScriptedChatClient Calling(int calls) =>
        new ScriptedChatClient().Respond(reply =>
        {
            for (var i = 0; i < calls; i++) reply.CallTool("t", ("n", i));
        }).Reply("done");

    [Fact]
    public async Task Calls_beyond_the_bound_are_told_and_not_made()
    {
        var called = new List<int>();
        var tool = Tool.From("t", "", (int n) => { lock (called) called.Add(n); return n; }, o => o.Effect(EffectClass.Read));
        using var model = Calling(5);
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(Agent.Create("a").Model(model).Tools(tool).MaxToolCalls(2).Build(), "x");
        Assert.Equal("done", await run);
        Assert.Equal([0, 1], called.Order());
        Assert.Equal(
            ["0", "1", .. Enumerable.Repeat("Error: 't' was not called: at most 2 tools are called in one turn. Call it in your next turn if it is still needed.", 3)],
            model.Calls[1].ToolResults.Select(result => result.Result!.ToString()));
        Assert.Equal(5, model.Calls[1].ToolResults.Select(result => result.CallId).Distinct().Count());
    }

    [Fact]
    public async Task Sixty_four_calls_are_made_when_nothing_is_said()
    {
        var called = 0;
        var tool = Tool.From("t", "", (int n) => Interlocked.Increment(ref called), o => o.Effect(EffectClass.Read));
        using var model = Calling(1_000);
        await using var runtime = new FlowRuntime();
        Assert.Equal("done", await runtime.RunAsync(Agent.Create("a").Model(model).Tools(tool).Build(), "x"));
        Assert.Equal(64, called);
    }

    [Fact]
    public async Task No_more_calls_are_in_flight_than_allowed()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        var tool = Tool.From("t", "", async (int n) =>
        {
            lock (gate) most = Math.Max(most, ++now);
            await Task.Yield();
            lock (gate) now--;
            return n;
        }, o => o.Effect(EffectClass.Read));
        using var model = Calling(40);
        await using var runtime = new FlowRuntime();
        Assert.Equal("done", await runtime.RunAsync(Agent.Create("a").Model(model).Tools(tool).MaxParallelToolCalls(3).Build(), "x"));
        Assert.InRange(most, 1, 3);
        Assert.Equal(Enumerable.Range(0, 40).Select(n => $"{n}"), model.Calls[1].ToolResults.Select(result => result.Result!.ToString()));
    }

    [Fact]
    public async Task Cancelling_a_run_in_the_middle_of_its_calls_starts_none_of_the_others()
    {
        var called = 0;
        var started = new TaskCompletionSource();
        var tool = Tool.From("t", "", async (int n, CancellationToken token) =>
        {
            if (Interlocked.Increment(ref called) == 2) started.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        }, o => o.Effect(EffectClass.Read));
        using var model = new ScriptedChatClient().Respond(reply =>
        {
            for (var i = 0; i < 10; i++) reply.CallTool("t", ("n", i));
        });
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Tools(tool).MaxParallelToolCalls(2).Build(), "x");
        await started.Task.WaitAsync(Scheduling.HangGuard.Limit);
        await run.CancelAsync("enough").WaitAsync(Scheduling.HangGuard.Limit);
        Assert.Equal((RunStatus.Cancelled, 2), (run.Status, called));
        Assert.DoesNotContain(run.Entries, entry => entry is EffectCompletedEntry { StepName: "t" } or EffectFailedEntry);
    }

    [Fact]
    public void Bounds_are_checked_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").MaxToolCalls(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").MaxParallelToolCalls(0));
    }

    [Fact]
    public void The_bound_of_a_turn_is_part_of_what_an_agent_is()
    {
        Assert.NotEqual(Agent.Create("a").Build().Fingerprint, Agent.Create("a").MaxToolCalls(3).Build().Fingerprint);
        Assert.Equal(Agent.Create("a").Build().Fingerprint, Agent.Create("a").MaxParallelToolCalls(3).Build().Fingerprint);
    }
}
