using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;

namespace AgentFlow.Tests.Tools;

public class ParallelToolsTests
{
    [Fact]
    public async Task Calls_of_one_turn_run_at_the_same_time_and_answer_in_call_order()
    {
        var arrived = new Barrier(3);
        var tool = Tool.From("wait", "", (int n) => arrived.SignalAndWait(Scheduling.HangGuard.Limit) ? n : -1, o => o.Effect(EffectClass.Read));
        using var model = new ScriptedChatClient().CallTools(("wait", new { n = 1 }), ("wait", new { n = 2 }), ("wait", new { n = 3 })).Reply("done");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent.Create("a").Model(model).Tools(tool).Build(), "x");
        Assert.Equal(["1", "2", "3"], model.Calls[1].ToolResults.Select(result => result.Result!.ToString()));
        Assert.Equal(["call-1.1", "call-1.2", "call-1.3"], model.Calls[1].ToolResults.Select(result => result.CallId));
    }

    [Fact]
    public async Task A_failing_call_does_not_disturb_its_siblings()
    {
        var tool = Tool.From("half", "", (int n) => n % 2 == 0 ? n / 2 : throw new ToolException($"{n} is odd"), o => o.Effect(EffectClass.Read));
        using var model = new ScriptedChatClient()
            .Respond(reply => reply.CallTool("half", ("n", 4)).CallTool("half", ("n", 3)).CallTool("nothing").CallTool("half", ("n", 8)))
            .Reply("done");
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(Agent.Create("a").Model(model).Tools(tool).Build(), "x");
        Assert.Equal("done", await run);
        Assert.Equal(
            ["2", "Error: 3 is odd", "Error: there is no tool 'nothing'. The tools are: half.", "4"],
            model.Calls[1].ToolResults.Select(result => result.Result!.ToString()));
        Assert.Equal(["a/half", "a/half#3"], run.Entries.OfType<EffectCompletedEntry>().Where(entry => entry.StepName == "half").Select(entry => entry.Path.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal("a/half#2", run.Entries.OfType<EffectFailedEntry>().Single().Path.ToString());
    }

    [Fact]
    public async Task A_call_that_waits_for_a_human_does_not_repeat_its_sibling_after_the_run_slept()
    {
        var looked = 0;
        var pay = Tool.From("pay", "", () => "paid", o => o.RequireApproval());
        var look = Tool.From("look", "", () => Interlocked.Increment(ref looked), o => o.Effect(EffectClass.Read));
        using var model = new ScriptedChatClient().CallTools(("pay", new { }), ("look", new { })).Reply("done");
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Tools(pay, look).Build(), "x");
        await run.SettledAsync(default).WaitAsync(Scheduling.HangGuard.Limit);
        Assert.Equal((RunStatus.Suspended, 1), (run.Status, looked));
        await runtime.Requests.ApproveAsync(Assert.Single(runtime.Requests.Open).Id);
        Assert.Equal("done", await run.Result.WaitAsync(Scheduling.HangGuard.Limit));
        Assert.Equal(1, looked);
        Assert.Equal(["paid", "1"], model.Calls[1].ToolResults.Select(result => result.Result!.ToString()));
    }

    [Fact]
    public async Task Cancelling_the_run_cancels_the_tools()
    {
        var started = new TaskCompletionSource();
        var tool = Tool.From("hang", "", async (CancellationToken token) => { started.TrySetResult(); await Task.Delay(Timeout.Infinite, token); }, o => o.Effect(EffectClass.Read));
        using var model = new ScriptedChatClient().CallTools(("hang", new { }), ("hang", new { }));
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Tools(tool).Build(), "x");
        await started.Task.WaitAsync(Scheduling.HangGuard.Limit);
        await run.CancelAsync("enough").WaitAsync(Scheduling.HangGuard.Limit);
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }
}
