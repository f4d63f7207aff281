using System.Collections.Concurrent;
using System.Diagnostics;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Telemetry;

/// <summary>Spans are named after the GenAI conventions, nested as the work is, and carry no content.</summary>
public class SpanTests
{
    private static Agent<string, string> Agent(ScriptedChatClient model, params Tool[] tools) =>
        AgentFlow.Agent.Create("helper").Description("Helps.").Model(model).Tools(tools).Build();

    private static Tool Add() => Tool.From("add", "Adds.", (int a, int b) => a + b, o => o.Effect(EffectClass.Read));

    private static ScriptedChatClient AddModel() => new ScriptedChatClient(modelId: "m-1")
        .Respond(reply => reply.CallTool("add", ("a", 1), ("b", 2)).Usage(10, 5))
        .Respond(reply => reply.Text("3").Usage(20, 1));

    [Fact]
    public async Task A_run_its_agents_chats_and_tools_have_spans_below_the_callers()
    {
        using var spans = new Spans();
        using var model = AddModel();
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Flow.Start<string>("sums").Then(Agent(model, Add())).Build(), "1 + 2");
        await run.Result.WaitAsync(HangGuard.Limit);

        var workflow = spans.Single("invoke_workflow sums");
        var agent = spans.Single("invoke_agent helper");
        var chats = spans.All("chat m-1");
        var tool = spans.Single("execute_tool add");
        Assert.Equal(spans.Caller.SpanId, workflow.ParentSpanId);
        Assert.Equal(workflow.SpanId, agent.ParentSpanId);
        Assert.Equal([agent.SpanId, agent.SpanId], chats.Select(chat => chat.ParentSpanId));
        Assert.Equal(agent.SpanId, tool.ParentSpanId);
        Assert.Equal([ActivityKind.Internal, ActivityKind.Internal, ActivityKind.Client, ActivityKind.Internal], new[] { workflow, agent, chats[0], tool }.Select(span => span.Kind));
        Assert.Equal(5, spans.Count);

        Assert.Equal("invoke_workflow", workflow.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("sums", workflow.GetTagItem("gen_ai.workflow.name"));
        Assert.Equal(run.Id.ToString(), workflow.GetTagItem("agentflow.run.id"));

        Assert.Equal("invoke_agent", agent.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("helper", agent.GetTagItem("gen_ai.agent.name"));
        Assert.Equal("Helps.", agent.GetTagItem("gen_ai.agent.description"));
        Assert.Equal("m-1", agent.GetTagItem("gen_ai.request.model"));
        Assert.Equal(30L, agent.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(6L, agent.GetTagItem("gen_ai.usage.output_tokens"));

        var chat = chats[0];
        Assert.Equal("chat", chat.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("scripted", chat.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("m-1", chat.GetTagItem("gen_ai.request.model"));
        Assert.Equal("m-1", chat.GetTagItem("gen_ai.response.model"));
        Assert.Equal(true, chat.GetTagItem("gen_ai.request.stream"));
        Assert.Equal(new[] { "tool_calls" }, chat.GetTagItem("gen_ai.response.finish_reasons"));
        Assert.Equal(10L, chat.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal("text", chat.GetTagItem("gen_ai.output.type"));

        Assert.Equal("execute_tool", tool.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("add", tool.GetTagItem("gen_ai.tool.name"));
        Assert.Equal("function", tool.GetTagItem("gen_ai.tool.type"));
        Assert.Equal("helper", tool.GetTagItem("gen_ai.agent.name"));
        Assert.Equal("call-1.1", tool.GetTagItem("gen_ai.tool.call.id"));
        Assert.Equal("sums/helper/add", tool.GetTagItem("agentflow.path"));
    }

    [Fact]
    public async Task No_span_carries_what_anybody_said()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().CallTool("say", ("text", "s3cret argument")).Reply("s3cret answer");
        await using var runtime = new FlowRuntime();
        var agent = AgentFlow.Agent.Create("helper").Instructions("s3cret instructions").Model(model).Tools(Tool.From("say", "Says.", (string text) => $"s3cret result {text}")).Build();
        await (await runtime.StartAsync(Flow.Start<string>("f").Then(agent).Build(), "s3cret input")).Result.WaitAsync(HangGuard.Limit);
        Assert.Equal(5, spans.Count);
        Assert.DoesNotContain(spans.Everything(), text => text.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_on_its_own_is_no_workflow()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().Reply("hi");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent(model), "x");
        Assert.Equal(["chat scripted", "invoke_agent helper"], spans.Names);
        Assert.Equal(spans.Caller.SpanId, spans.Single("invoke_agent helper").ParentSpanId);
        Assert.Same(spans.Caller, Activity.Current);
    }

    [Fact]
    public async Task Failures_carry_their_type_and_refusals_have_no_span()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().CallTool("fail").Fail(new HttpRequestException("503"));
        var options = new FlowRuntimeOptions();
        await using var runtime = new FlowRuntime(options);
        var tool = Tool.From("fail", "", () => { throw new InvalidOperationException("no"); });
        await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Flow.Start<string>("f").Then(Agent(model, tool)).Build(), "x"));
        Assert.Equal("System.InvalidOperationException", spans.Single("execute_tool fail").GetTagItem("error.type"));
        foreach (var name in (string[])["invoke_agent helper", "invoke_workflow f"])
        {
            Assert.Equal("System.Net.Http.HttpRequestException", spans.Single(name).GetTagItem("error.type"));
            Assert.Equal(ActivityStatusCode.Error, spans.Single(name).Status);
        }

        Assert.Equal([null, "System.Net.Http.HttpRequestException"], spans.All("chat scripted").Select(span => span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_refused_call_has_no_span()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().CallTool("add", ("a", 1), ("b", 2)).Reply("never mind");
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Deny("no")));
        await runtime.RunAsync(Agent(model, Add()), "x");
        Assert.DoesNotContain("execute_tool add", spans.Names);
    }

    [Fact]
    public async Task A_retried_call_has_one_span()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().Fail(new HttpRequestException("503")).Reply("hi");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(AgentFlow.Agent.Create("a").Model(model).Retry(1, TimeSpan.Zero).Build(), "x");
        Assert.Null(spans.Single("chat scripted").GetTagItem("error.type"));
    }

    [Fact]
    public async Task What_a_replay_takes_from_the_journal_has_no_span()
    {
        using var model = AddModel();
        var flow = Flow.Start<string>("sums").Then(Agent(model, Add())).Then("end", (x, _) => x).Build();
        List<JournalEntry> entries;
        await using (var first = new FlowRuntime())
        {
            var run = await first.EndedAsync(flow, "1 + 2");
            entries = [.. run.Entries];
        }

        using var spans = new Spans();
        await using var runtime = new FlowRuntime();
        var all = entries.TakeWhile(entry => entry.Path.ToString() != "sums/end").ToList();
        Assert.Equal("3", await runtime.Resume(flow, all).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["invoke_workflow sums"], spans.Names);

        using var again = new ScriptedChatClient(modelId: "m-1").Reply("3");
        var part = entries.TakeWhile(entry => entry.Path.ToString() != "sums/helper/model#2").ToList();
        flow = Flow.Start<string>("sums").Then(Agent(again, Add())).Then("end", (x, _) => x).Build();
        Assert.Equal("3", await runtime.Resume(flow, part).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["chat m-1", "invoke_agent helper", "invoke_workflow sums", "invoke_workflow sums"], spans.Names);
    }

    [Fact]
    public async Task Branches_on_other_threads_have_the_same_parent()
    {
        using var spans = new Spans();
        var arrived = new Barrier(2);
        var tool = Tool.From("meet", "", () => arrived.SignalAndWait(HangGuard.Limit), o => o.Effect(EffectClass.Read));
        using var model = new ScriptedChatClient().CallTools(("meet", new { }), ("meet", new { })).Reply("done");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent(model, tool), "x");
        var agent = spans.Single("invoke_agent helper");
        Assert.Equal([agent.SpanId, agent.SpanId], spans.All("execute_tool meet").Select(span => span.ParentSpanId));
    }

    [Fact]
    public async Task A_step_that_traces_itself_hangs_below_the_run()
    {
        using var spans = new Spans();
        using var own = new ActivitySource(Spans.Own);
        var flow = Flow.Start<int>("f").Then("work", (x, _) =>
        {
            using var inner = own.StartActivity("inner");
            return x;
        }).Build();
        await using var runtime = new FlowRuntime();
        await (await runtime.StartAsync(flow, 1)).Result.WaitAsync(HangGuard.Limit);
        Assert.Equal(spans.Single("invoke_workflow f").SpanId, spans.Single("inner").ParentSpanId);
    }

    [Fact]
    public async Task A_client_that_traces_itself_gets_no_second_chat_span()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().Reply("hi");
        using var traced = new Traced(model);
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(AgentFlow.Agent.Create("helper").Model(traced).Build(), "x");
        Assert.Equal(["invoke_agent helper"], spans.Names);
    }

    [Fact]
    public async Task A_run_that_slept_goes_on_in_the_callers_trace()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().CallTool("add", ("a", 1), ("b", 2)).Reply("3");
        var tool = Tool.From("add", "", (int a, int b) => a + b, o => o.RequireApproval());
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var run = await runtime.StartAsync(Flow.Start<string>("sums").Then(Agent(model, tool)).Build(), "x");
        await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
        Assert.Equal(["chat scripted", "invoke_agent helper", "invoke_workflow sums"], spans.Names);
        await runtime.Requests.ApproveAsync(Assert.Single(runtime.Requests.Open).Id);
        await run.Result.WaitAsync(HangGuard.Limit);
        Assert.Equal(2, spans.All("invoke_workflow sums").Count);
        Assert.Equal(2, spans.All("chat scripted").Count);
        Assert.All(spans.All("invoke_workflow sums"), span => Assert.Equal(spans.Caller.SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task An_unsampled_run_keeps_its_calls_in_the_callers_trace()
    {
        using var spans = new Spans(name => name.StartsWith("invoke_", StringComparison.Ordinal) ? ActivitySamplingResult.None : ActivitySamplingResult.AllData);
        using var model = new ScriptedChatClient().Reply("hi");
        await using var runtime = new FlowRuntime();
        await (await runtime.StartAsync(Flow.Start<string>("f").Then(Agent(model)).Build(), "x")).Result.WaitAsync(HangGuard.Limit);
        Assert.Equal(["chat scripted"], spans.Names);
        Assert.Equal(spans.Caller.TraceId, spans.Single("chat scripted").TraceId);
    }

    private sealed class Traced(IChatClient inner) : DelegatingChatClient(inner)
    {
        private readonly ActivitySource _source = new("its.own");

        public override object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ActivitySource) ? _source : base.GetService(serviceType, serviceKey);
    }

    /// <summary>Listens to the spans of the trace that the test itself is in.</summary>
    [Fact]
    public async Task The_span_of_a_registered_agent_says_its_version()
    {
        using var spans = new Spans();
        using var model = new ScriptedChatClient().Reply("good day").Always();
        var registry = new AgentRegistry();
        foreach (var instructions in (string[])["one", "two"]) await registry.RegisterAsync(new() { Name = "versioned", Instructions = instructions, Description = $"Says {instructions}." }, "ada", "test");
        await registry.ActivateAsync("versioned", 2, "ada", "test");
        var options = new FlowRuntimeOptions { Agents = registry };
        options.Models.Add("fast", model);
        await using var runtime = new FlowRuntime(options);
        await runtime.RunAsync(Flow.Start<string>("f").Then(AgentFlow.Agent.Registered<string, string>("versioned")).Build(), "x");
        var span = spans.Single("invoke_agent versioned");
        Assert.Equal((2, "Says two."), ((int)span.GetTagItem("agentflow.agent.version")!, (string)span.GetTagItem("gen_ai.agent.description")!));
    }

    private sealed class Spans : IDisposable
    {
        public const string Own = "AgentFlow.Tests.Spans";
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans(Func<string, ActivitySamplingResult>? sample = null)
        {
            Caller = new Activity("test").Start();
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is AgentFlowTelemetry.SourceName or Own,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => sample?.Invoke(options.Name) ?? ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId == Caller.TraceId) _ended.Enqueue(activity);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity Caller { get; }

        public int Count => _ended.Count;

        public IEnumerable<string> Names => _ended.Select(span => span.DisplayName).Order(StringComparer.Ordinal);

        public Activity Single(string name) => Assert.Single(All(name));

        public List<Activity> All(string name) => [.. _ended.Where(span => span.DisplayName == name).OrderBy(span => span.StartTimeUtc)];

        public IEnumerable<string> Everything() => _ended.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName));

        public void Dispose()
        {
            _listener.Dispose();
            Caller.Stop();
        }
    }
}
