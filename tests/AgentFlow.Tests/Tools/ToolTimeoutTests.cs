using AgentFlow.Testing;
using AgentFlow.Tests.Agents;

namespace AgentFlow.Tests.Tools;

/// <summary>The time limit of a tool holds, whatever the tool is.</summary>
public class ToolTimeoutTests
{
    private readonly TaskCompletionSource<string> _hang = new();

    public static TheoryData<string> Kinds => ["function", "step", "cached step", "flow", "retried flow", "agent"];

    private Tool Hanging(string kind, Action<ToolOptions> options)
    {
        var step = Step.Create<string, string>("slow", async (_, context) => await _hang.Task.WaitAsync(context.CancellationToken));
        switch (kind)
        {
            case "function": return Tool.From("slow", "", (string input, CancellationToken token) => _hang.Task.WaitAsync(token), options);
            case "step": return Tool.From(step, options);
            case "cached step":
                return Tool.From(Step.Create<string, string>("slow", async (_, context) => await _hang.Task.WaitAsync(context.CancellationToken), o => o.Cache(text => text, TimeSpan.FromMinutes(1))), options);
            case "flow": return Tool.From(Flow.Start<string>("slow").Then(step.As("inside")).Build(), options);
            case "retried flow": return Tool.From(Flow.Start<string>("slow").Then(step.As("inside")).Build(), o => options(o.Retry(1, TimeSpan.Zero)));
            default: return Tool.From(Agent.Create("slow").Model(new ScriptedChatClient().Reply("late", reply => reply.After(_hang.Task))).Build(), options);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_call_that_takes_too_long_is_told(string kind)
    {
        using var model = new ScriptedChatClient().CallTool("slow", ("input", "x")).Reply(call => call.ToolResults[0].Result!.ToString()!);
        var agent = Agent.Create("a").Model(model).Tools(Hanging(kind, o => o.Timeout(TimeSpan.FromMilliseconds(30)))).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(agent, "x");
        Assert.StartsWith("Error: 'slow' did not answer in time.", await run, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_that_a_fallback_would_run_past_is_refused()
    {
        var step = Step.Create<string, string>("slow", (text, _) => text, o => o.Fallback(Step.Create<string, string>("other", (text, _) => text)));
        var defect = Assert.Single(Assert.Throws<FlowDefinitionException>(() => Agent.Create("a").Tools(Tool.From(step, o => o.Timeout(TimeSpan.FromSeconds(1)))).Build()).Defects);
        Assert.Equal("a/slow", defect.Path);
        Assert.Contains("a fallback, which would run past it", defect.Problem, StringComparison.Ordinal);
        Agent.Create("a").Tools(step).Build();
    }
}
