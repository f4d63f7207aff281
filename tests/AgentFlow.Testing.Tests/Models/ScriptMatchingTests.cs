using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Models;

public sealed class ScriptMatchingTests
{
    [Fact]
    public async Task Each_agent_gets_its_own_replies_whatever_the_order_of_requests()
    {
        foreach (var order in new[] { "fraud coverage fraud", "coverage fraud fraud", "fraud fraud coverage" })
        {
            var model = new ScriptedChatClient()
                .When(call => call.Mentions("FRAUD")).CallTool("history").Reply("clean")
                .When(call => call.Mentions("coverage")).Reply("covered");

            var said = new List<string>();
            foreach (var agent in order.Split(' '))
            {
                var response = await model.AskAsync($"You do {agent}.");
                said.Add($"{agent}:{response.Calls().FirstOrDefault()?.CallId ?? response.Text}");
            }

            Assert.Equal(["coverage:covered", "fraud:call-1.1", "fraud:clean"], said.Order());
            model.VerifyComplete();
        }
    }

    [Fact]
    public async Task A_request_that_meets_a_condition_gets_no_unconditional_reply()
    {
        var model = new ScriptedChatClient().Reply("anyone").When(call => call.Mentions("fraud")).Reply("clean").Otherwise().Reply("anyone else");

        Assert.Equal("clean", (await model.AskAsync("fraud?")).Text);
        await Assert.ThrowsAsync<ScriptExhaustedException>(() => model.AskAsync("fraud again?"));
        Assert.Equal("anyone", (await model.AskAsync("hello")).Text);
        Assert.Equal("anyone else", (await model.AskAsync("hello")).Text);
    }

    [Fact]
    public async Task Of_several_conditions_that_hold_the_first_with_a_reply_left_serves()
    {
        var model = new ScriptedChatClient()
            .When(call => call.Mentions("a")).Reply("first")
            .When(call => call.Mentions("b")).Reply("second").Reply("third");

        Assert.Equal("first", (await model.AskAsync("a b")).Text);
        Assert.Equal("second", (await model.AskAsync("a b")).Text);
        Assert.Equal("third", (await model.AskAsync("b")).Text);
    }

    [Fact]
    public async Task A_reply_can_be_given_several_times_or_always()
    {
        var model = new ScriptedChatClient().CallTool("poll").Times(2).Reply("done").Always();

        var first = Assert.Single((await model.AskAsync("a")).Calls());
        var second = Assert.Single((await model.AskAsync("b")).Calls());
        Assert.NotEqual(first.CallId, second.CallId);
        model.VerifyComplete();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("done", (await model.AskAsync("c")).Text);
        }

        model.VerifyComplete();
    }

    [Fact]
    public void Repeating_needs_a_reply_before_it_in_the_same_section()
    {
        Assert.Throws<InvalidOperationException>(() => new ScriptedChatClient().Times(2));
        Assert.Throws<InvalidOperationException>(() => new ScriptedChatClient().Reply("x").When(_ => true).Always());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedChatClient().Reply("x").Times(0));
    }

    [Fact]
    public async Task A_condition_can_look_at_instructions_tools_and_results()
    {
        var tool = AIFunctionFactory.Create(() => 1, "lookup");
        var options = new ChatOptions { Instructions = "You find facts.", Tools = [tool] };
        var model = new ScriptedChatClient()
            .When(call => call.ToolResults.Any()).Reply("summed up")
            .When(call => call.Offers("lookup") && call.Instructions.Contains("facts")).CallTool("lookup");

        var call = Assert.Single((await model.AskAsync("go", options)).Calls());
        var answer = await model.GetResponseAsync([new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, 1)])], options);

        Assert.Equal("summed up", answer.Text);
    }

    [Fact]
    public async Task Parallel_requests_each_get_exactly_one_reply()
    {
        var model = new ScriptedChatClient();
        for (var i = 0; i < 1000; i++)
        {
            model.Reply($"{i}");
        }

        var said = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => model.AskAsync($"{i}"))));

        Assert.Equal(1000, said.Select(static r => r.Text).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 1000), model.Calls.Select(static c => c.Number));
        model.VerifyComplete();
    }
}
