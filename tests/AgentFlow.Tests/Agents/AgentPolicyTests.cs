using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

public class AgentPolicyTests
{
    private static Agent<string, string> Echo(ScriptedChatClient model, string name = "echo") => Agent.Create(name).Model(model).Build();

    [Fact]
    public async Task Policies_see_who_invokes_which_agent()
    {
        using var inner = new ScriptedChatClient().Reply("found");
        using var outer = new ScriptedChatClient().CallTool("researcher", ("input", "x")).Reply("done");
        var writer = Agent.Create("writer").Model(outer).Tools(Echo(inner, "researcher")).Build();
        var judge = new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Allow);
        await using var runtime = Runtimes.With(judge);

        Assert.Equal("done", await runtime.RunAsync(Flow.Start<string>("report").Then(writer).Build(), "x"));

        Assert.Equal([("report", "writer"), ("writer", "researcher")], judge.Asked.Select(asked => (asked.From!, asked.Target!)));
    }

    [Fact]
    public async Task An_agent_that_is_run_by_itself_is_invoked_by_nobody()
    {
        using var model = new ScriptedChatClient().Reply("hi");
        var judge = new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Allow);
        await using var runtime = Runtimes.With(judge);
        Assert.Equal("hi", await runtime.RunAsync(Echo(model), "x"));
        Assert.Null(Assert.Single(judge.Asked).From);
    }

    [Fact]
    public async Task A_refused_invocation_fails_the_agent_before_its_model_is_called()
    {
        using var model = new ScriptedChatClient();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Deny("not today")));
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Flow.Start<string>("f").Then(Echo(model)).Build(), "x"));
        Assert.Equal("PolicyDenied", failed.ErrorType);
        Assert.Equal("f/echo", failed.Path.ToString());
        Assert.Empty(model.Calls);
    }

    [Fact]
    public async Task A_policy_changes_what_an_agent_gets_and_what_it_gives()
    {
        using var model = new ScriptedChatClient().Reply(call => call.Text + "!");
        await using var runtime = Runtimes.With(
            new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, request => PolicyDecision.Replace($"[{request.Content.Value}]", "marked")),
            new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Result, request => PolicyDecision.Replace($"<{request.Content.Value}>", "marked")));
        Assert.Equal("<[x]!>", await runtime.RunAsync(Echo(model), "x"));
    }

    [Fact]
    public async Task A_withheld_result_fails_the_agent_although_the_model_answered()
    {
        using var model = new ScriptedChatClient().Reply("secret");
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Result, _ => PolicyDecision.Deny("leaks")));
        var run = await runtime.EndedAsync(Flow.Start<string>("f").Then(Echo(model)).Build(), "x");
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Single(run.Entries.OfType<EffectCompletedEntry>());
        Assert.Equal("f/echo", run.Entries.OfType<EffectFailedEntry>().Single().Path.ToString());
    }

    [Fact]
    public async Task State_of_the_request_phase_is_there_at_the_settlement()
    {
        using var model = new ScriptedChatClient().Reply("hi").ReplyEmpty();
        var ledger = new Ledger();
        await using var runtime = Runtimes.With(ledger);
        await runtime.RunAsync(Echo(model), "x");
        await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Echo(model), "x"));
        Assert.Equal(["reserved", "settled ", "reserved", $"settled {typeof(EmptyResponseException).FullName}"], ledger.Lines);
    }

    [Fact]
    public async Task A_model_call_is_judged_with_the_models_name_and_its_messages()
    {
        using var model = new ScriptedChatClient().Reply(call => call.Text);
        string? seen = null;
        var judge = new Judge(PolicyOperation.CallModel, PolicyPhase.Request, request =>
        {
            seen = request.Facts.Model;
            Assert.True(request.Content.TryGet<ModelRequest>(out var call));
            Assert.Equal("echo", call.Agent);
            var messages = call.Messages.Select(message => new ChatMessage(message.Role, message.Text.Replace("4711", "****", StringComparison.Ordinal)));
            return PolicyDecision.Replace(call with { Messages = [.. messages] }, "card number");
        });
        await using var runtime = Runtimes.With(judge);
        runtime.Models.Add("fast", model);
        Assert.Equal("pay with ****", await runtime.RunAsync(Agent.Create("echo").Model("fast").Build(), "pay with 4711"));
        Assert.Equal("fast", seen);
        Assert.Equal("echo/model", judge.Asked.Single().Path.ToString());
    }

    [Fact]
    public async Task A_refused_model_call_fails_the_agent()
    {
        using var model = new ScriptedChatClient();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallModel, PolicyPhase.Request, _ => PolicyDecision.Deny("budget")));
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Echo(model), "x"));
        Assert.Equal(("PolicyDenied", "echo/model"), (failed.ErrorType, failed.Path.ToString()));
        Assert.Empty(model.Calls);
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(50, 50)]
    [InlineData(500, 100)]
    public async Task A_limit_on_output_tokens_is_put_into_the_call(int? own, int expected)
    {
        using var model = new ScriptedChatClient().Reply("short");
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallModel, PolicyPhase.Request, _ => PolicyDecision.Allow.With(Obligation.LimitOutputTokens(100))));
        await runtime.RunAsync(Agent.Create("a").Model(model).Options(options => options.MaxOutputTokens = own).Build(), "x");
        Assert.Equal(expected, model.Calls[0].Options!.MaxOutputTokens);
    }

    [Fact]
    public async Task A_limit_that_nobody_can_keep_is_a_refusal()
    {
        using var model = new ScriptedChatClient();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Allow.With(Obligation.LimitOutputTokens(100))));
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Echo(model), "x"));
        Assert.Contains("'limit-output-tokens' cannot be discharged by 'echo'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agents_invocation_can_wait_for_a_human_and_the_run_sleeps_meanwhile()
    {
        using var model = new ScriptedChatClient().Reply(call => call.Text);
        var options = new FlowRuntimeOptions { SuspendLinger = TimeSpan.Zero };
        options.Policies.Add(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, request => request.Facts.Approval is null ? PolicyDecision.RequireApproval("check it") : PolicyDecision.Allow));
        await using var runtime = new FlowRuntime(options);
        var run = await runtime.StartAsync(Flow.Start<string>("f").Then(Echo(model)).Build(), "draft");
        await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
        Assert.Equal(RunStatus.Suspended, run.Status);
        var request = Assert.Single(runtime.Requests.Open);
        Assert.Equal(("echo", "draft"), (request.Name, request.Value));
        await runtime.Requests.ModifyAsync(request.Id, "final");
        Assert.Equal("final", await run.Result.WaitAsync(HangGuard.Limit));
    }

    [Fact]
    public async Task What_an_agent_has_seen_labels_the_result_that_is_judged()
    {
        using var model = new ScriptedChatClient().CallTool("web").Reply("page");
        Label? seen = null;
        var judge = new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Result, request =>
        {
            seen = request.Content.Label;
            return PolicyDecision.Allow;
        });
        await using var runtime = Runtimes.With(judge);
        var agent = Agent.Create("a").Model(model).Tools(Tool.From("web", "", () => "page", o => o.Source(Label.Untrusted("web")))).Build();
        using var other = new ScriptedChatClient().Reply("plain");
        var flow = Flow.Start<string>("f").FanOut(agent, Echo(other)).Map((left, right) => left + right).Build();
        var run = await runtime.EndedAsync(flow, "x");
        Assert.Equal("pageplain", await run);
        Assert.Equal(2, judge.Asked.Count);
        Assert.NotNull(seen);
        Assert.Contains(run.Entries.OfType<DecisionMadeEntry>(), entry => entry.Path.ToString() == "f/a/(invocation)" && entry.Label!.Integrity == Integrity.Untrusted);
        Assert.Contains(run.Entries.OfType<DecisionMadeEntry>(), entry => entry.Path.ToString() == "f/echo/(invocation)" && entry.Label is null);
    }

    private sealed class Ledger : IPolicy
    {
        public List<string> Lines { get; } = [];

        public string Name => "ledger";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => operation == PolicyOperation.InvokeAgent && (phase is PolicyPhase.Request or PolicyPhase.Settle);

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken)
        {
            if (request.Phase == PolicyPhase.Request)
            {
                Lines.Add("reserved");
                return new(PolicyDecision.Allow.WithState("settled"));
            }

            Lines.Add($"{request.State} {request.Facts.ErrorType}");
            return new(PolicyDecision.Allow);
        }
    }
}
