using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

public class ConversationTests
{
    private static Tool Counter(Action count) => Tool.From("count", "Counts.", () => { count(); return 1; }, o => o.Effect(EffectClass.Read));

    [Fact]
    public async Task An_agent_that_never_answers_fails_after_its_turns_and_the_last_tool_calls_are_not_made()
    {
        var counted = 0;
        using var model = new ScriptedChatClient().CallTool("count").Times(3);
        var agent = Agent.Create("loop").Model(model).Tools(Counter(() => counted++)).MaxTurns(3).Build();
        await using var runtime = new FlowRuntime();

        var error = await runtime.FailsWithAsync<MaxTurnsExceededException>(agent);

        Assert.Equal(3, error.MaxTurns);
        Assert.Equal("loop", error.Agent);
        Assert.Equal("loop", error.Path.ToString());
        Assert.NotEqual(default, error.RunId);
        Assert.Equal(2, counted);
        model.VerifyComplete();
    }

    [Fact]
    public async Task An_answer_in_the_last_turn_counts()
    {
        using var model = new ScriptedChatClient().CallTool("count").Times(2).Reply("done");
        var agent = Agent.Create("loop").Model(model).Tools(Counter(() => { })).MaxTurns(3).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal("done", await runtime.RunAsync(agent, "go"));
    }

    [Fact]
    public async Task Flow_code_catches_an_agents_failure_like_any_other()
    {
        using var model = new ScriptedChatClient().ReplyEmpty();
        var agent = Agent.Create("mute").Model(model).Build();
        var flow = Flow.FromCode<string, string>("outer", async (text, context) =>
        {
            try
            {
                return await context.RunAsync(agent, text);
            }
            catch (EffectFailedException failed) when (failed.Is<EmptyResponseException>())
            {
                return $"nothing from {failed.Path}";
            }
        });
        await using var runtime = new FlowRuntime();
        Assert.Equal("nothing from outer/mute", await runtime.RunAsync(flow, "hello"));
    }

    [Fact]
    public async Task An_empty_response_is_an_error_of_its_own()
    {
        using var model = new ScriptedChatClient().ReplyEmpty();
        await using var runtime = new FlowRuntime();
        Assert.Null((await runtime.FailsWithAsync<EmptyResponseException>(Agent.Create("mute").Model(model).Build())).Refusal);
    }

    [Fact]
    public async Task An_error_in_place_of_an_answer_is_told()
    {
        using var model = new ScriptedChatClient().Respond(reply => reply.Content(new ErrorContent("I must not")));
        await using var runtime = new FlowRuntime();
        Assert.Equal("I must not", (await runtime.FailsWithAsync<EmptyResponseException>(Agent.Create("mute").Model(model).Build())).Refusal);
    }

    [Fact]
    public async Task A_stop_at_the_content_filter_is_an_error_even_with_text()
    {
        using var model = new ScriptedChatClient().ReplyFiltered("half a senten");
        await using var runtime = new FlowRuntime();
        await runtime.FailsWithAsync<ContentFilteredException>(Agent.Create("cut").Model(model).Build());
    }

    [Fact]
    public async Task A_truncated_answer_is_an_error_that_carries_the_text()
    {
        using var model = new ScriptedChatClient().ReplyTruncated("half a senten");
        await using var runtime = new FlowRuntime();
        Assert.Equal("half a senten", (await runtime.FailsWithAsync<TruncatedOutputException>(Agent.Create("cut").Model(model).Build())).PartialText);
    }

    [Fact]
    public async Task A_failing_model_fails_the_agent_at_the_model_call()
    {
        using var model = new ScriptedChatClient().Fail(new HttpRequestException("503"));
        await using var runtime = new FlowRuntime();
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Agent.Create("a").Model(model).Build(), "x"));
        Assert.Equal("a/model", failed.Path.ToString());
        Assert.Equal(typeof(HttpRequestException).FullName, failed.ErrorType);
    }

    [Fact]
    public async Task Model_calls_are_retried_as_configured()
    {
        using var model = new ScriptedChatClient().Fail(new HttpRequestException("503")).Fail(new HttpRequestException("503")).Reply("at last");
        var agent = Agent.Create("a").Model(model).Retry(2, TimeSpan.Zero).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(agent, "x");
        Assert.Equal("at last", await run);
        Assert.Equal(3, run.Entries.OfType<EffectCompletedEntry>().Single().Attempt);
        Assert.All(run.Entries.OfType<EffectFailedEntry>(), entry => Assert.False(entry.IsFinal));
    }

    [Fact]
    public async Task A_copy_under_another_name_speaks_under_that_name()
    {
        using var model = new ScriptedChatClient().Reply("one").Reply("two");
        var agent = Agent.Create("a").Model(model).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(Flow.Start<string>("f").Then(agent).Then(agent.As("b")).Build(), "x");
        Assert.Equal([("f/a/model", "a"), ("f/b/model", "b")], run.Entries.OfType<EffectCompletedEntry>().Select(entry => (entry.Path.ToString(), entry.Detail!.Agent!)));
    }

    [Fact]
    public void The_lane_of_an_agent_limits_its_calls()
    {
        var time = new VirtualRun(configure: options => options.Scheduler.AddLane("narrow", 1));
        using var model = new ScriptedChatClient(time.Time).Respond(reply => reply.Text("answer").After(TimeSpan.FromSeconds(1))).Times(4);
        Agent<string, string> Asking(string name, string? lane) => (lane is null ? Agent.Create(name).Model(model) : Agent.Create(name).Model(model).Lane(lane)).Build();
        var wide = time.Start(Flow.Start<string>("wide").FanOut(Asking("a", null), Asking("b", null)).Build(), "x");
        Assert.Equal(TimeSpan.FromSeconds(1), time.Finish(wide));
        var narrow = time.Start(Flow.Start<string>("narrow").FanOut(Asking("a", "narrow"), Asking("b", "narrow")).Build(), "x");
        Assert.Equal(TimeSpan.FromSeconds(3), time.Finish(narrow));
    }

    [Fact]
    public async Task Every_request_carries_the_conversation_so_far_and_no_later_message()
    {
        using var model = new ScriptedChatClient().CallTool("count").Times(5).Reply("done");
        var agent = Agent.Create("loop").Instructions("be brief").Model(model).Tools(Counter(() => { })).Build();
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(agent, "go");
        Assert.Equal([2, 4, 6, 8, 10, 12], model.Calls.Select(call => call.Messages.Count));
        Assert.All(model.Calls, call => Assert.Equal([ChatRole.System, ChatRole.User], call.Messages.Take(2).Select(message => message.Role)));
    }

    [Fact]
    public void Snapshots_of_a_conversation_do_not_grow()
    {
        var log = new MessageLog();
        var snapshots = new List<IReadOnlyList<ChatMessage>>();
        for (var i = 0; i < 40; i++)
        {
            snapshots.Add(log.Snapshot());
            log.Add(new ChatMessage(ChatRole.User, $"{i}"));
        }

        for (var i = 0; i < 40; i++) Assert.Equal(Enumerable.Range(0, i).Select(n => $"{n}"), snapshots[i].Select(message => message.Text));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshots[3][3]);
    }
}
