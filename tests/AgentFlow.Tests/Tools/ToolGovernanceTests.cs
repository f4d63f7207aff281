using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Tools;

/// <summary>Policies and humans before a tool call, for functions and for steps as tools.</summary>
public class ToolGovernanceTests
{
    private sealed record Payment(string To, decimal Amount);

    /// <summary>The same tool twice: as a function and as a step.</summary>
    public static TheoryData<string> Kinds => ["function", "step"];

    private static Tool Pay(string kind, List<string> paid, Action<ToolOptions>? options = null)
    {
        if (kind == "function") return Tool.From("pay", "Pays.", (string to, decimal amount) => Note(paid, to, amount), options);
        return Tool.From(Step.Create<Payment, string>("pay", (payment, _) => Note(paid, payment.To, payment.Amount)), options);
    }

    private static string Note(List<string> paid, string to, decimal amount)
    {
        paid.Add($"{amount} to {to}");
        return "paid";
    }

    private static Agent<string, string> Payer(ScriptedChatClient model, Tool tool) => Agent.Create("payer").Model(model).Tools(tool).Build();

    private static ScriptedChatClient PayModel() => new ScriptedChatClient().CallTool("pay", ("to", "Ada"), ("amount", 500)).Reply(call => call.ToolResults[0].Result!.ToString()!);

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_policy_sees_scopes_effect_and_every_argument(string kind)
    {
        var paid = new List<string>();
        PolicyFacts? facts = null;
        object? amount = null;
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request =>
        {
            (facts, amount) = (request.Facts, request.Content.Arguments["amount"]);
            return PolicyDecision.Allow;
        }));
        using var model = PayModel();
        Assert.Equal("paid", await runtime.RunAsync(Payer(model, Pay(kind, paid, o => o.Effect(EffectClass.Irreversible).Scopes("pay:write"))), "x"));
        Assert.Equal("500", amount!.ToString());
        Assert.Equal(("pay", "payer", EffectClass.Irreversible), (facts!.Target, facts.From, facts.Effect));
        Assert.Equal(["pay:write"], facts.Scopes);
        Assert.Equal("payer/pay", facts.Path.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_refusal_is_told_to_the_model_and_the_tool_is_not_called(string kind)
    {
        var paid = new List<string>();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Deny("no payments at night")));
        using var model = PayModel();
        Assert.Equal("Error: the call of 'pay' was refused: judge: no payments at night", await runtime.RunAsync(Payer(model, Pay(kind, paid)), "x"));
        Assert.Empty(paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_policy_replaces_arguments_by_name(string kind)
    {
        var paid = new List<string>();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request =>
            PolicyDecision.Replace(new Dictionary<string, object?>(request.Content.Arguments) { ["amount"] = 100m }, "capped")));
        using var model = PayModel();
        var run = await runtime.EndedAsync(Payer(model, Pay(kind, paid)), "x");
        Assert.Equal("paid", await run);
        Assert.Equal(["100 to Ada"], paid);
        Assert.Contains(run.Entries.OfType<PolicyDecidedEntry>(), entry => entry.Effect == PolicyEffect.Replace);
    }

    [Fact]
    public async Task A_policy_replaces_the_typed_input_of_a_step()
    {
        var paid = new List<string>();
        object? shown = null;
        await using var runtime = Runtimes.With(
            new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request => PolicyDecision.Replace((Payment)request.Content.Value! with { To = "Eve" }, "other")),
            new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request =>
            {
                shown = request.Content.Arguments["to"];
                return PolicyDecision.Allow;
            }));
        using var model = PayModel();
        await runtime.RunAsync(Payer(model, Pay("step", paid)), "x");
        Assert.Equal(["500 to Eve"], paid);
        Assert.Equal("Eve", shown!.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_replacement_that_is_no_set_of_arguments_is_a_refusal(string kind)
    {
        var paid = new List<string>();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Replace("nonsense", "broken")));
        using var model = PayModel();
        Assert.Contains("was refused", await runtime.RunAsync(Payer(model, Pay(kind, paid)), "x"), StringComparison.Ordinal);
        Assert.Empty(paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_withheld_result_is_told_as_a_refusal_although_the_tool_ran(string kind)
    {
        var paid = new List<string>();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Result, _ => PolicyDecision.Deny("leaks")));
        using var model = PayModel();
        Assert.Equal("Error: the call of 'pay' was refused: judge: leaks", await runtime.RunAsync(Payer(model, Pay(kind, paid)), "x"));
        Assert.Single(paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_tool_waits_for_a_human_who_sees_the_call(string kind)
    {
        var paid = new List<string>();
        var tool = Pay(kind, paid, o => o.RequireApproval(call => call.Get<decimal>("amount") > 100, "a large payment", "treasurer"));
        using var model = PayModel();
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var run = await runtime.StartAsync(Payer(model, tool), "x");
        await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
        Assert.Equal(RunStatus.Suspended, run.Status);
        Assert.Empty(paid);

        var request = Assert.Single(runtime.Requests.Open);
        Assert.Equal((RequestKind.EffectApproval, "pay", "payer", "a large payment", "treasurer"), (request.Kind, request.Name, request.AskedBy, request.Prompt, request.Role));
        await runtime.Requests.ApproveAsync(request.Id, by: People.WithRole("Grace", "treasurer"));

        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["500 to Ada"], paid);
        Assert.Single(run.Entries, entry => entry.Kind == JournalEntryKind.RequestOpened);
        Assert.Equal(2, model.Calls.Count);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_call_below_the_rule_waits_for_nobody(string kind)
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = new FlowRuntime();
        Assert.Equal("paid", await runtime.RunAsync(Payer(model, Pay(kind, paid, o => o.RequireApproval(call => call.Get<decimal>("amount") > 1000))), "x"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_a_rejection_the_model_learns_neither_who_nor_why(string kind)
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = new FlowRuntime(new() { Approver = new Answer(ApprovalDecision.Reject("the customer is under investigation", "Grace")) });
        var agent = Payer(model, Pay(kind, paid, o => o.RequireApproval()));
        var run = await runtime.EndedAsync(agent, "x");
        Assert.Equal("Error: the call of 'pay' was rejected by a human.", await run);
        Assert.Empty(paid);
        Assert.Equal("approval rule: rejected by Grace: the customer is under investigation", run.Entries.OfType<EffectFailedEntry>().Single().Message);

        // The same after a restart.
        var prefix = run.Entries.TakeWhile(entry => entry.Path.ToString() != "payer/model#2").ToList();
        using var again = new ScriptedChatClient().Reply(call => call.ToolResults[0].Result!.ToString()!);
        Assert.Equal("Error: the call of 'pay' was rejected by a human.", await runtime.Resume(Payer(again, Pay(kind, paid, o => o.RequireApproval())), prefix).Result.WaitAsync(HangGuard.Limit));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_tool_may_say_that_the_model_is_told_of_a_rejection(string kind)
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = new FlowRuntime(new() { Approver = new Answer(ApprovalDecision.Reject("at most 100", "Grace")) });
        var run = await runtime.EndedAsync(Payer(model, Pay(kind, paid, o => o.RequireApproval(tellModel: true))), "x");
        Assert.Equal("Error: the call of 'pay' was rejected: approval rule: rejected by Grace: at most 100", await run);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_a_policy_throws_does_not_reach_the_model(string kind)
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => throw new InvalidOperationException("password=hunter2")));
        Assert.Equal("Error: the call of 'pay' was refused: judge: the policy failed, which denies; the log has the rest", await runtime.RunAsync(Payer(model, Pay(kind, paid)), "x"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_an_obligations_handler_throws_does_not_reach_the_model(string kind)
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = Runtimes.With(
            options => options.ObligationHandlers.Add(new Broken()),
            new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Allow.With(new Obligation("notify"))));
        var told = await runtime.RunAsync(Payer(model, Pay(kind, paid)), "x");
        Assert.Equal("Error: the call of 'pay' was refused: judge: obligation 'notify' could not be discharged: its handler failed; the log has the rest", told);
        Assert.Empty(paid);
    }

    [Fact]
    public async Task What_is_refused_inside_of_a_tool_is_not_told_with_its_reason()
    {
        var flow = Flow.Start<string>("dig").Then("deep", (text, _) => text).Build();
        using var model = new ScriptedChatClient().CallTool("dig", ("input", "x")).Reply(call => call.ToolResults[0].Result!.ToString()!);
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.RunStep, PolicyPhase.Request, _ => PolicyDecision.Deny("the vault is open")));
        Assert.Equal("Error: 'dig' failed.", await runtime.RunAsync(Payer(model, flow), "x"));
    }

    [Fact]
    public async Task A_human_changes_the_arguments_of_a_function()
    {
        var paid = new List<string>();
        using var model = PayModel();
        var changed = new Dictionary<string, object?> { ["to"] = "Ada", ["amount"] = 50m };
        await using var runtime = new FlowRuntime(new() { Approver = new Answer(ApprovalDecision.Modify(changed)) });
        var run = await runtime.EndedAsync(Payer(model, Pay("function", paid, o => o.RequireApproval())), "x");
        Assert.Equal("paid", await run);
        Assert.Equal(["50 to Ada"], paid);
    }

    [Fact]
    public async Task A_human_changes_the_input_of_a_step()
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = new FlowRuntime(new() { Approver = new Answer(ApprovalDecision.Modify(new Payment("Bob", 1))) });
        var run = await runtime.EndedAsync(Payer(model, Pay("step", paid, o => o.RequireApproval())), "x");
        Assert.Equal("paid", await run);
        Assert.Equal(["1 to Bob"], paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_rule_that_throws_refuses(string kind)
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = new FlowRuntime();
        var told = await runtime.RunAsync(Payer(model, Pay(kind, paid, o => o.RequireApproval(_ => throw new InvalidOperationException("secret")))), "x");
        Assert.Equal("Error: the call of 'pay' was refused: approval rule: the rule failed, which denies; the log has the rest", told);
        Assert.Empty(paid);
    }

    [Fact]
    public async Task A_function_that_demands_approval_gets_it()
    {
        var paid = new List<string>();
        AIFunction function = new ApprovalRequiredAIFunction(AIFunctionFactory.Create((string to, decimal amount) => Note(paid, to, amount), "pay"));
        using var model = PayModel();
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Payer(model, function), "x");
        await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
        Assert.Empty(paid);
        await runtime.Requests.ApproveAsync(Assert.Single(runtime.Requests.Open).Id);
        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Single(paid);
    }

    [Fact]
    public async Task A_refusal_by_policy_spares_the_human()
    {
        var paid = new List<string>();
        using var model = PayModel();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Deny("never")));
        var run = await runtime.EndedAsync(Payer(model, Pay("function", paid, o => o.RequireApproval())), "x");
        Assert.Contains("never", await run, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Entries, entry => entry.Kind == JournalEntryKind.RequestOpened);
    }

    [Fact]
    public async Task The_approval_is_shown_to_the_policy_that_looks_again()
    {
        var paid = new List<string>();
        using var model = PayModel();
        var options = new FlowRuntimeOptions { Approver = new Answer(ApprovalDecision.Approve("Grace")) };
        var approvals = new List<string?>();
        options.Policies.Add(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request =>
        {
            approvals.Add(request.Facts.Approval?.By);
            return PolicyDecision.Allow;
        }));
        await using var runtime = new FlowRuntime(options);
        var run = await runtime.EndedAsync(Payer(model, Pay("function", paid, o => o.RequireApproval())), "x");
        Assert.Equal("paid", await run);
        Assert.Equal([null, "Grace"], approvals);
    }

    private sealed class Broken : IObligationHandler
    {
        public bool CanDischarge(Obligation obligation) => true;

        public ValueTask DischargeAsync(Obligation obligation, PolicyRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("password=hunter2");
    }

    private sealed class Answer(ApprovalDecision decision) : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) => new(decision);
    }
}
