using AgentFlow.Testing;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

public class RunReportTests
{
    [Fact]
    public void Calls_time_tokens_and_cost_are_reported_per_agent()
    {
        var time = new VirtualRun();
        var slow = new TimeSpan(0, 0, 2);
        using var cheap = new ScriptedChatClient(time.Time)
            .Respond(reply => reply.CallTool("wait").CallTool("fail").Usage(1000, 100).After(slow))
            .Respond(reply => reply.Text("a").Usage(2000, 200).After(slow));
        using var unpriced = new ScriptedChatClient(time.Time).Respond(reply => reply.Text("b").Usage(5, 5));
        var wait = Tool.From("wait", "", async () => await Task.Delay(TimeSpan.FromSeconds(3), time.Time), o => o.Effect(EffectClass.Read));
        var fail = Tool.From("fail", "", () => { throw new ToolException("no"); }, o => o.Effect(EffectClass.Read));
        time.Runtime.Models.Add("cheap", cheap, new ModelPrice(10, 100));
        var first = Agent.Create("first").Model("cheap").Tools(wait, fail).Build();
        var second = Agent.Create("second").Model(unpriced).Build();
        var run = time.Start(Flow.Start<string>("f").Then(first).Then(second).Build(), "x");
        time.Finish(run);

        var report = run.Report;
        Assert.Equal(["first", "second"], report.Agents.Select(agent => agent.Agent));
        var one = report.Agents[0];
        Assert.Equal((2, 2, 1), (one.ModelCalls, one.ToolCalls, one.FailedCalls));
        Assert.Equal((2 * slow, TimeSpan.FromSeconds(3)), (one.ModelTime, one.ToolTime));
        Assert.Equal((3000, 300), (one.InputTokens, one.OutputTokens));
        Assert.Equal(0.03m + 0.03m, one.Cost);
        Assert.Equal(0, one.UnpricedCalls);
        Assert.Equal((0m, 1), (report.Agents[1].Cost, report.Agents[1].UnpricedCalls));
        Assert.Equal((3, 2, 3005, 305, 0.06m, 1), (report.Total.ModelCalls, report.Total.ToolCalls, report.Total.InputTokens, report.Total.OutputTokens, report.Total.Cost, report.Total.UnpricedCalls));
    }

    [Fact]
    public void A_failed_model_call_counts_with_its_time()
    {
        var time = new VirtualRun();
        using var model = new ScriptedChatClient(time.Time).Respond(reply => reply.After(TimeSpan.FromSeconds(4)).Fail(new HttpRequestException("503")));
        var run = time.Start(Agent.Create("a").Model(model).Build(), "x");
        time.Finish(run);
        Assert.Equal((1, 1, TimeSpan.FromSeconds(4), 0), (run.Report.Total.ModelCalls, run.Report.Total.FailedCalls, run.Report.Total.ModelTime, run.Report.Total.UnpricedCalls));
    }
}
