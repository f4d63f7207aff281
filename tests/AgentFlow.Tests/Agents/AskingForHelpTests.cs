using AgentFlow.Approvals;
using AgentFlow.Testing;
using AgentFlow.Tests.Approvals;

namespace AgentFlow.Tests.Agents;

/// <summary>An agent that cannot proceed says so, and goes on with what a human answers.</summary>
public class AskingForHelpTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task The_model_asks_with_a_reason_and_gets_the_answer()
    {
        using var model = new ScriptedChatClient().CallTool("ask_human", ("input", "Two policies fit. Which one?")).Reply(call => $"It is {call.ToolResults[0].Result}.");
        var agent = Agent.Create("clerk").Model(model).CanAskHuman("supervisor", new() { NotByAuthor = true }).Build();
        await using var host = new FlowTestHost();
        host.Answers.Answer("help", "P-7", request => request is { Kind: RequestKind.Question, Role: "supervisor", Value: "Two policies fit. Which one?" }, People.WithRole("sue", "supervisor"));
        var run = await host.RunToEndAsync(agent, "claim", new() { Principal = new("eve") });
        Assert.Equal("It is P-7.", await run.Result);
        run.Journal().Asked("help", request => !request.Prompt.Contains("policies", StringComparison.Ordinal)).CalledTool("ask_human", times: 1);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(agent, run, new() { Bodies = ReplayBodies.Recorded })).Cuts);
    }

    [Fact]
    public async Task When_nobody_answers_in_time_the_model_is_told()
    {
        using var model = new ScriptedChatClient().CallTool("ask_human", ("input", "Which one?")).Reply(call => call.ToolResults[0].Result!.ToString()!);
        var agent = Agent.Create("clerk").Model(model).CanAskHuman(terms: new() { Deadline = Day }).Build();
        await using var host = new FlowTestHost();
        Assert.StartsWith("Nobody answered in time.", await host.RunAsync(agent, "claim"), StringComparison.Ordinal);
        Assert.Equal(Day, host.Time.Elapsed);
    }

    [Fact]
    public async Task Without_the_verb_an_agent_has_no_such_tool()
    {
        using var model = new ScriptedChatClient().CallTool("ask_human", ("input", "Which one?")).Reply("fine");
        var agent = Agent.Create("clerk").Model(model).Build();
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(agent, "claim");
        run.Journal().DidNotAsk();
        Assert.Throws<InvalidOptionException>(() => Agent.Create("clerk").CanAskHuman(terms: new() { Deadline = TimeSpan.Zero }));
    }
}
