using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Tools;

/// <summary>What goes wrong with a tool call is told to the model, in words it may see.</summary>
public class ToolErrorTests
{
    private static async Task<(string Told, FlowRun Run)> ToldAsync(Action<ScriptedChatClient> call, params Tool[] tools)
    {
        using var model = new ScriptedChatClient();
        call(model);
        model.Otherwise().Reply("done");
        var agent = Agent.Create("a").Model(model).Tools(tools).Build();
        await using var runtime = new FlowRuntime(new() { RoundTripValues = true });
        var run = await runtime.EndedAsync(agent, "x");
        Assert.Equal("done", await run);
        return (model.Calls[1].ToolResults.Single().Result!.ToString()!, run);
    }

    private static Tool Refund(Func<decimal, string> body) => Tool.From("refund", "Pays.", (decimal amount) => body(amount), o => o.Effect(EffectClass.Idempotent));

    [Fact]
    public async Task An_unknown_tool_is_answered_with_those_there_are()
    {
        var (told, run) = await ToldAsync(model => model.CallTool("refnd", ("amount", 5)), Refund(_ => "paid"));
        Assert.Equal("Error: there is no tool 'refnd'. The tools are: refund.", told);
        Assert.DoesNotContain(run.Entries, entry => entry.Path.Name == "refnd");
    }

    [Fact]
    public async Task An_agent_without_tools_says_so()
    {
        Assert.Equal("Error: there is no tool 'refund'. There are no tools.", (await ToldAsync(model => model.CallTool("refund"))).Told);
    }

    [Fact]
    public async Task Malformed_arguments_do_not_call_the_tool_not_even_with_a_serializing_journal()
    {
        var (told, run) = await ToldAsync(model => model.CallToolRaw("refund", "{\"amount\": 5"), Tool.From("refund", "Pays.", () => "paid"));
        Assert.Equal("Error: the arguments of 'refund' are not valid JSON. Call it again with one JSON object that fits its schema.", told);
        Assert.DoesNotContain(run.Entries, entry => entry.Path.Name == "refund");
    }

    [Theory]
    [InlineData("{}", "'amount' is missing")]
    [InlineData("{\"amount\":\"a lot\"}", "amount must be ")]
    [InlineData("{\"amount\":null}", "amount must be ")]
    [InlineData("{\"amount\":{\"value\":5}}", "amount must be ")]
    public async Task Arguments_that_do_not_fit_are_told(string arguments, string problem)
    {
        var (told, _) = await ToldAsync(model => model.CallToolRaw("refund", arguments), Refund(_ => "paid"));
        Assert.StartsWith("Error: the arguments of 'refund' do not fit its schema: ", told, StringComparison.Ordinal);
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_among_those_allowed_is_told_with_them()
    {
        var (told, _) = await ToldAsync(model => model.CallTool("on", ("day", "Someday")), Tool.From("on", "", (DayOfWeek day) => $"{day}"));
        Assert.Contains("day must be one of Sunday, Monday, ", told, StringComparison.Ordinal);
        Assert.Equal("Friday", (await ToldAsync(model => model.CallTool("on", ("day", "friday")), Tool.From("on", "", (DayOfWeek day) => $"{day}"))).Told);
    }

    [Fact]
    public async Task A_number_in_quotes_is_understood()
    {
        Assert.Equal("paid 5", (await ToldAsync(model => model.CallToolRaw("refund", "{\"amount\":\"5\"}"), Refund(amount => $"paid {amount}"))).Told);
    }

    [Fact]
    public async Task Of_an_exception_the_model_learns_nothing_but_that_the_tool_failed()
    {
        var (told, run) = await ToldAsync(model => model.CallTool("refund", ("amount", 5)), Refund(_ => throw new InvalidOperationException("password=hunter2")));
        Assert.Equal("Error: 'refund' failed.", told);
        Assert.Contains("hunter2", run.Entries.OfType<EffectFailedEntry>().Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_exception_is_meant_for_the_model()
    {
        var (told, _) = await ToldAsync(model => model.CallTool("refund", ("amount", 5)), Refund(_ => throw new ToolException("at most 3 per day", new InvalidOperationException("secret"))));
        Assert.Equal("Error: at most 3 per day", told);
    }

    [Fact]
    public async Task A_timeout_is_told_and_the_tool_is_left_behind()
    {
        var hang = new TaskCompletionSource<string>();
        var (told, run) = await ToldAsync(
            model => model.CallTool("slow"),
            Tool.From("slow", "", () => hang.Task, o => o.Effect(EffectClass.Read).Timeout(TimeSpan.FromMilliseconds(20))));
        Assert.Equal("Error: 'slow' did not answer in time.", told);
        Assert.Equal("Timeout", run.Entries.OfType<EffectFailedEntry>().Single().ErrorType);
        hang.SetResult("late");
    }

    [Fact]
    public async Task Of_a_payment_that_timed_out_the_model_learns_that_it_may_have_happened()
    {
        var hang = new TaskCompletionSource<string>();
        var (told, _) = await ToldAsync(model => model.CallTool("pay"), Tool.From("pay", "", () => hang.Task, o => o.Timeout(TimeSpan.FromMilliseconds(20))));
        Assert.Contains("do not call it again", told, StringComparison.Ordinal);
        hang.SetResult("late");
    }

    [Fact]
    public async Task A_payment_that_a_crash_interrupted_is_asked_about_and_not_told_as_failed()
    {
        var paid = 0;
        using var model = new ScriptedChatClient().CallTool("pay").Reply("done");
        var agent = Agent.Create("a").Model(model).Tools(Tool.From("pay", "", () => ++paid)).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(agent, "x");
        var prefix = run.Entries.TakeWhile(entry => entry is not EffectCompletedEntry { StepName: "pay" }).ToList();
        Assert.IsType<EffectIntendedEntry>(prefix[^1]);
        var rejected = runtime.Resume(agent, prefix);
        await Eventually.Holds(() => runtime.Requests.Count == 1);
        await runtime.Requests.RejectAsync(runtime.Requests.Open[0].Id, "nobody knows");
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => rejected.Result.WaitAsync(Scheduling.HangGuard.Limit));
        Assert.Equal(("Uncertain", "a/pay", 1), (failed.ErrorType, failed.Path.ToString(), paid));

        using var second = new ScriptedChatClient().Reply(request => request.Messages[^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString()!);
        var told = Agent.Create("a").Model(second).Tools(Tool.From("pay", "", () => ++paid)).Build();
        var taken = runtime.Resume(told, prefix);
        await Eventually.Holds(() => runtime.Requests.Count == 1);
        await runtime.Requests.AnswerAsync(runtime.Requests.Open[0].Id, new { Receipt = 7 });
        Assert.Equal(("{\"receipt\":7}", 1), (await taken.Result.WaitAsync(Scheduling.HangGuard.Limit), paid));
    }

    [Fact]
    public async Task A_blocking_tool_does_not_hold_the_run_past_its_timeout()
    {
        using var gate = new ManualResetEventSlim();
        var (told, _) = await ToldAsync(
            model => model.CallTool("slow"),
            Tool.From("slow", "", () => gate.Wait(Scheduling.HangGuard.Limit), o => o.Effect(EffectClass.Read).Timeout(TimeSpan.FromMilliseconds(20))));
        gate.Set();
        Assert.Equal("Error: 'slow' did not answer in time.", told);
    }

    [Fact]
    public async Task What_only_the_host_can_mend_fails_the_run()
    {
        using var model = new ScriptedChatClient().CallTool("t");
        var agent = Agent.Create("a").Model(model).Tools(Tool.From("t", "", () => 1, o => o.Lane("nowhere"))).Build();
        await using var runtime = new FlowRuntime();
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(agent, "x"));
        Assert.Equal("UnknownLane", failed.ErrorType);
        Assert.Equal("a/t", failed.Path.ToString());
    }

    [Fact]
    public async Task A_run_out_of_effects_ends_there()
    {
        using var model = new ScriptedChatClient().CallTool("t");
        var agent = Agent.Create("a").Model(model).Tools(Tool.From("t", "", () => 1)).Build();
        await using var runtime = new FlowRuntime();
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(agent, "x", new() { MaxEffects = 1 }));
        Assert.Equal(("EffectLimitExceeded", "a/t"), (failed.ErrorType, failed.Path.ToString()));
    }

    [Fact]
    public async Task A_failing_step_or_flow_as_a_tool_is_told_without_its_message()
    {
        var step = Step.Create<string, string>("lookup", (string _, StepContext _) => throw new InvalidOperationException("secret"));
        var flow = Flow.FromCode<string, string>("dig", (_, _) => throw new InvalidOperationException("secret"));
        Assert.Equal("Error: 'lookup' failed.", (await ToldAsync(model => model.CallTool("lookup", ("input", "x")), step)).Told);
        Assert.Equal("Error: 'dig' failed.", (await ToldAsync(model => model.CallTool("dig", ("input", "x")), flow)).Told);
    }

    [Fact]
    public async Task Arguments_that_a_step_cannot_read_are_told()
    {
        var step = Step.Create<DateOnly, string>("on", (day, _) => $"{day}");
        var (told, run) = await ToldAsync(model => model.CallTool("on", ("input", "some day")), step);
        Assert.StartsWith("Error: the arguments of 'on' do not fit its schema: ", told, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Entries, entry => entry.Path.Name == "on");
    }

    [Fact]
    public async Task Calls_that_the_service_made_itself_are_not_made_again()
    {
        using var model = new ScriptedChatClient().Respond(reply => reply.Content(new FunctionCallContent("1", "refund") { InformationalOnly = true }).Text("done"));
        var agent = Agent.Create("a").Model(model).Tools(Refund(_ => throw new InvalidOperationException())).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal("done", await runtime.RunAsync(agent, "x"));
    }
}
