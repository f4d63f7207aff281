using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

/// <summary>Models and clients that do what no one expects.</summary>
public class HostileModelTests
{
    private sealed record Payment(string To, decimal Amount = 1);

    private sealed record Positive
    {
        public Positive(int value) => Value = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), "hunter2");

        public int Value { get; }
    }

    private static async Task<object?> ToldAsync(Tool tool, Action<ScriptedReply> call, Action<FlowRuntimeOptions>? configure = null)
    {
        using var model = new ScriptedChatClient().Respond(call).Reply("done");
        await using var runtime = Runtimes.With(configure ?? (_ => { }));
        Assert.Equal("done", await runtime.RunAsync(Agent.Create("a").Model(model).Tools(tool).Build(), "x").AsTask().WaitAsync(HangGuard.Limit));
        return model.Calls[1].ToolResults[0].Result;
    }

    [Theory]
    [InlineData("{\"to\":\"Eve\",\"amount\":1,\"Amount\":9999}")]
    [InlineData("{\"to\":\"Eve\",\"Amount\":9999,\"amount\":1}")]
    public async Task An_argument_given_twice_in_different_case_is_refused(string arguments)
    {
        var paid = new List<decimal>();
        var step = Tool.From(Step.Create<Payment, string>("pay", (payment, _) => { paid.Add(payment.Amount); return "paid"; }), o => o.RequireApproval(call => call.Get<decimal>("amount") > 100));
        Assert.Equal("Error: the arguments of 'pay' do not fit its schema: 'amount' is given twice. Call it again with arguments that fit.", await ToldAsync(step, reply => reply.CallToolRaw("pay", arguments)));
        Assert.Empty(paid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rule_sees_an_argument_in_whatever_case_the_model_wrote_it(bool isStep)
    {
        object? seen = null;
        var paid = new List<decimal>();
        Func<ToolArguments, bool> rule = call => (seen = call.Get<decimal>("amount")) is null;
        var tool = isStep
            ? Tool.From(Step.Create<Payment, string>("pay", (payment, _) => { paid.Add(payment.Amount); return "paid"; }), o => o.RequireApproval(rule))
            : Tool.From("pay", "", (string to, decimal amount = 1) => { paid.Add(amount); return "paid"; }, o => o.RequireApproval(rule));
        Assert.Equal("paid", await ToldAsync(tool, reply => reply.CallToolRaw("pay", "{\"To\":\"Eve\",\"AMOUNT\":9999}")));
        Assert.Equal(9999m, Assert.Single(paid));
        Assert.Equal(9999m, seen);
    }

    [Fact]
    public async Task Arguments_that_a_client_gives_as_objects_are_held_against_the_schema()
    {
        var tool = Tool.From("pay", "", (decimal amount) => "paid");
        var told = await ToldAsync(tool, reply => reply.Content(new FunctionCallContent("1", "pay", new Dictionary<string, object?> { ["amount"] = "a lot" })));
        Assert.Contains("amount must be ", told!.ToString(), StringComparison.Ordinal);
        Assert.Equal("paid", await ToldAsync(tool, reply => reply.Content(new FunctionCallContent("1", "pay", new Dictionary<string, object?> { ["amount"] = 5 }))));
    }

    [Fact]
    public async Task A_date_that_is_none_is_told_and_the_function_is_not_called()
    {
        var tool = Tool.From("on", "", (DateOnly day) => $"{day}");
        Assert.Equal(
            "Error: the arguments of 'on' do not fit its schema: day cannot be read as DateOnly. Call it again with arguments that fit.",
            await ToldAsync(tool, reply => reply.CallTool("on", ("day", "some day"))));
    }

    [Fact]
    public async Task An_input_that_a_type_refuses_is_told_without_what_it_says()
    {
        var told = await ToldAsync(Step.Create<Positive, string>("count", (input, _) => $"{input.Value}"), reply => reply.CallTool("count", ("value", -1)));
        Assert.Equal("Error: the arguments of 'count' do not fit its schema: the values are not accepted. Call it again with arguments that fit.", told);
        told = await ToldAsync(Step.Create<DateOnly, string>("on", (day, _) => $"{day}"), reply => reply.CallTool("on", ("input", "some day")));
        Assert.DoesNotContain("System.", told!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_a_type_refuses_goes_back_to_the_model()
    {
        using var model = new ScriptedChatClient().Reply("{\"value\":-1}").Reply("{\"value\":1}");
        await using var runtime = new FlowRuntime();
        Assert.Equal(1, (await runtime.RunAsync(Agent.Create<string, Positive>("a").Model(model).Build(), "x")).Value);
        Assert.DoesNotContain("hunter2", model.Calls[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_with_one_id_are_made_and_answered_each()
    {
        var called = 0;
        using var model = new ScriptedChatClient()
            .Respond(reply => reply.Content(new FunctionCallContent("same", "t")).Content(new FunctionCallContent("same", "t")))
            .Reply("done");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent.Create("a").Model(model).Tools(Tool.From("t", "", () => Interlocked.Increment(ref called), o => o.Effect(EffectClass.Read))).Build(), "x");
        Assert.Equal((2, 2), (called, model.Calls[1].ToolResults.Count));
    }

    [Fact]
    public async Task Calls_of_nothing_but_unknown_tools_are_all_answered()
    {
        using var model = new ScriptedChatClient().CallTools(("one", new { }), ("two", new { }), ("three", new { })).Reply("done");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent.Create("a").Model(model).Build(), "x");
        Assert.All(model.Calls[1].ToolResults, result => Assert.StartsWith("Error: there is no tool '", result.Result!.ToString(), StringComparison.Ordinal));
        Assert.Equal(3, model.Calls[1].ToolResults.Count);
    }

    [Fact]
    public async Task A_client_that_returns_nothing_is_an_error_that_says_so()
    {
        await using var runtime = new FlowRuntime();
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Agent.Create("a").Model(new Silent()).Build(), "x"));
        Assert.Equal("a/model", failed.Path.ToString());
        Assert.Contains("returned no response", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_nothing_is_an_empty_response()
    {
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Agent.Create("a").Model(new Silent()).Build(), "x");
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(typeof(EmptyResponseException).FullName, failed.ErrorType);
    }

    [Fact]
    public async Task Calls_split_over_the_updates_of_a_stream_are_all_made()
    {
        using var client = new Streaming(
            new ChatResponseUpdate(ChatRole.Assistant, "Let me "),
            new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "t", new Dictionary<string, object?> { ["n"] = 1 })]),
            new ChatResponseUpdate(ChatRole.Assistant, "see."),
            new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("2", "t", new Dictionary<string, object?> { ["n"] = 2 })]) { FinishReason = ChatFinishReason.ToolCalls });
        await using var runtime = new FlowRuntime();
        var called = new List<int>();
        var run = await runtime.EndedAsync(Agent.Create("a").Model(client).Tools(Tool.From("t", "", (int n) => { lock (called) called.Add(n); }, o => o.Effect(EffectClass.Read))).Build(), "x");
        Assert.Equal("done", await run);
        Assert.Equal([1, 2], called.Order());
        Assert.Equal(["1", "2"], client.Results.Select(result => result.CallId));
    }

    [Fact]
    public async Task A_tool_is_shared_by_agents_that_run_at_the_same_time()
    {
        var arrived = new Barrier(2);
        var tool = Tool.From("wait", "", (int n) => arrived.SignalAndWait(HangGuard.Limit) ? n : -1, o => o.Effect(EffectClass.Read));
        using var one = new ScriptedChatClient().CallTool("wait", ("n", 1)).Reply(call => call.ToolResults[0].Result!.ToString()!);
        using var two = new ScriptedChatClient().CallTool("wait", ("n", 2)).Reply(call => call.ToolResults[0].Result!.ToString()!);
        var flow = Flow.Start<string>("f").FanOut(Agent.Create("one").Model(one).Tools(tool).Build(), Agent.Create("two").Model(two).Tools(tool).Build()).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal(("1", "2"), await runtime.RunAsync(flow, "x"));
    }

    [Fact]
    public async Task What_is_shown_of_a_call_cannot_be_changed_in_passing()
    {
        var paid = new List<decimal>();
        var tool = Tool.From("pay", "", (decimal amount) => { paid.Add(amount); return "paid"; }, o => o.RequireApproval());
        var told = await ToldAsync(tool, reply => reply.CallTool("pay", ("amount", 5)), options => options.Approver = new Tampering());
        Assert.Equal("paid", told);
        Assert.Equal([5m], paid);
    }

    [Fact]
    public async Task A_flow_as_a_tool_may_name_its_parts_like_the_engine_does()
    {
        var flow = Flow.Start<string>("dig")
            .Route("call", text => text.Length > 1, r => r.Case(true, Step.Create<string, string>("long", (text, _) => $"{text}!")).Otherwise(Step.Create<string, string>("short", (text, _) => text)))
            .Approve("approval")
            .Then("result", (text, _) => text)
            .Build();
        using var model = new ScriptedChatClient().CallTool("dig", ("input", "gold")).Reply(call => call.ToolResults[0].Result!.ToString()!);
        await using var runtime = Runtimes.With(options => options.SuspendLinger = TimeSpan.Zero);
        var agent = Agent.Create("a").Model(model).Tools(Tool.From(flow, o => o.RequireApproval(role: "outer"))).Build();
        var run = await runtime.StartAsync(agent, "x");
        var roles = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            var request = Assert.Single(runtime.Requests.Open);
            roles.Add(request.Role);
            await runtime.Requests.ApproveAsync(request.Id, People.WithRole("ann", "outer"));
        }

        Assert.Equal("gold!", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["outer", null], roles);
    }

    private sealed class Tampering : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken)
        {
            Assert.Throws<NotSupportedException>(() => ((IDictionary<string, object?>)request.Value!)["amount"] = JsonElement.Parse("9999"));
            return new(ApprovalDecision.Approve());
        }
    }

    private sealed class Silent : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult<ChatResponse>(null!);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield break;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Streaming(params ChatResponseUpdate[] updates) : IChatClient
    {
        public List<FunctionResultContent> Results { get; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            var last = messages.Last();
            Results.AddRange(last.Contents.OfType<FunctionResultContent>());
            foreach (var update in last.Role == ChatRole.Tool ? [new ChatResponseUpdate(ChatRole.Assistant, "done")] : updates) yield return update;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
