using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Tools;

/// <summary>What a human or a policy makes of a tool's arguments is held against the tool's schema, like what a model makes of them.</summary>
public class ModifiedArgumentsTests
{
    private sealed record Payment(string To, decimal Amount, DateOnly? On = null);

    private static readonly Principal Anna = People.WithRole("anna", "auditor", "treasurer");
    private readonly List<string> _paid = [];

    /// <summary>The same tool twice: as a function and as a step.</summary>
    public static TheoryData<string> Kinds => ["function", "step"];

    public static TheoryData<string, string, string?, string, string> Misfits
    {
        get
        {
            var data = new TheoryData<string, string, string?, string, string>();
            foreach (var kind in (string[])["function", "step"])
            {
                data.Add(kind, "{\"to\":\"Ada\",\"amount\":\"a lot\"}", "amount", "number", "a lot");
                data.Add(kind, "{\"to\":\"Ada\"}", "amount", "number", "'amount' is missing");
                data.Add(kind, "{\"to\":null,\"amount\":5}", "to", "string", "to must be string");
                data.Add(kind, "{\"to\":\"Ada\",\"amount\":5,\"ammount\":6}", "ammount", "no argument", "there is no argument 'ammount'");
                data.Add(kind, "[1]", null, "a set of arguments", "no set of arguments");
            }

            data.Add("function", "{\"to\":\"Ada\",\"amount\":5,\"on\":\"some day\"}", "on", "DateOnly", "on cannot be read");
            data.Add("step", "{\"to\":\"Ada\",\"amount\":5,\"on\":\"some day\"}", null, "Payment", "cannot be read as Payment");
            return data;
        }
    }

    /// <summary>Every form in which a human's form, a web client or code may give arguments.</summary>
    public static TheoryData<string, string> Forms
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in (string[])["function", "step"])
            {
                foreach (var form in (string[])["dictionary", "element", "node", "anonymous", "record", "strings", "other case"]) data.Add(kind, form);
            }

            return data;
        }
    }

    private static object Given(string form) => form switch
    {
        "dictionary" => new Dictionary<string, object?> { ["to"] = "Bob", ["amount"] = 50m },
        "element" => JsonElement.Parse("{\"to\":\"Bob\",\"amount\":50}"),
        "node" => new JsonObject { ["to"] = "Bob", ["amount"] = 50 },
        "anonymous" => new { to = "Bob", amount = 50 },
        "record" => new Payment("Bob", 50),
        "strings" => new Dictionary<string, string> { ["to"] = "Bob", ["amount"] = "50" },
        _ => new Dictionary<string, object?> { ["To"] = "Bob", ["AMOUNT"] = 50 },
    };

    private Tool Pay(string kind, Action<ToolOptions>? options = null)
    {
        if (kind == "function") return Tool.From("pay", "Pays.", (string to, decimal amount, DateOnly? on = null) => Note(to, amount, on), options);
        return Tool.From(Step.Create<Payment, string>("pay", (payment, _) => Note(payment.To, payment.Amount, payment.On)), options);
    }

    private string Note(string to, decimal amount, DateOnly? on)
    {
        _paid.Add(string.Create(CultureInfo.InvariantCulture, $"{amount} to {to}{(on is null ? "" : $" on {on:yyyy-MM-dd}")}"));
        return "paid";
    }

    private static ScriptedChatClient PayModel() => new ScriptedChatClient().CallTool("pay", ("to", "Ada"), ("amount", 500)).Reply(call => call.ToolResults[0].Result!.ToString()!);

    private static async Task<(FlowRun<string> Run, string Request)> AskAsync(FlowRuntime runtime, Tool tool, ScriptedChatClient model)
    {
        var run = await runtime.StartAsync(Agent.Create("payer").Model(model).Tools(tool).Build(), "x");
        await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
        return (run, Assert.Single(runtime.Requests.Open).Id);
    }

    [Theory, MemberData(nameof(Misfits))]
    public async Task A_human_learns_what_does_not_fit_and_may_answer_again(string kind, string given, string? argument, string expected, string text)
    {
        using var model = PayModel();
        await using var runtime = new FlowRuntime();
        var (run, request) = await AskAsync(runtime, Pay(kind, o => o.RequireApproval()), model);
        var refused = await Assert.ThrowsAsync<InvalidModificationException>(async () => await runtime.Requests.ModifyAsync(request, JsonElement.Parse(given)));
        Assert.Equal((request, argument), (refused.RequestId, refused.Argument));
        Assert.Contains(expected, refused.Expected, StringComparison.Ordinal);
        Assert.Contains(text, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Give the arguments of 'pay' (to: string, amount: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(request, Assert.Single(runtime.Requests.Open).Id);
        Assert.Empty(_paid);

        await runtime.Requests.ModifyAsync(request, JsonElement.Parse("{\"to\":\"Ada\",\"amount\":5}"));
        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["5 to Ada"], _paid);
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task What_fits_is_taken_in_any_form(string kind, string form)
    {
        using var model = PayModel();
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var (run, request) = await AskAsync(runtime, Pay(kind, o => o.RequireApproval()), model);
        await runtime.Requests.ModifyAsync(request, Given(form));
        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["50 to Bob"], _paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_approver_of_the_host_that_answers_badly_leaves_the_request_open(string kind)
    {
        using var model = PayModel();
        var approver = new Approver(new Dictionary<string, object?> { ["to"] = "Ada" });
        await using var runtime = new FlowRuntime(new() { Approver = approver });
        var (run, request) = await AskAsync(runtime, Pay(kind, o => o.RequireApproval()), model);
        await approver.Asked.Task.WaitAsync(HangGuard.Limit);
        await runtime.Requests.ApproveAsync(request);
        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["500 to Ada"], _paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_policy_whose_replacement_does_not_fit_denies_and_its_value_is_not_told(string kind)
    {
        using var model = PayModel();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request =>
            PolicyDecision.Replace(new Dictionary<string, object?>(request.Content.Arguments) { ["amount"] = "hunter2" }, "broken")));
        var told = await runtime.RunAsync(Agent.Create("payer").Model(model).Tools(Pay(kind)).Build(), "x");
        Assert.StartsWith("Error: the call of 'pay' was refused: judge: its replacement does not fit the schema of 'pay': amount must be ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
        Assert.Empty(_paid);
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task A_policy_may_give_arguments_in_any_form(string kind, string form)
    {
        using var model = PayModel();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Replace(Given(form), "other")));
        Assert.Equal("paid", await runtime.RunAsync(Agent.Create("payer").Model(model).Tools(Pay(kind)).Build(), "x"));
        Assert.Equal(["50 to Bob"], _paid);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_restart_before_or_after_the_answer_changes_nothing(string kind)
    {
        var journal = new InProcessJournal();
        RunId id;
        await using (var first = new FlowRuntime(new() { Journal = journal }))
        {
            using var model = new ScriptedChatClient().CallTool("pay", ("to", "Ada"), ("amount", 500));
            var run = await first.StartAsync(Agent.Create("payer").Model(model).Tools(Pay(kind, o => o.RequireApproval())).Build(), "x");
            await Eventually.Holds(() => run.Status == RunStatus.Suspended && first.Requests.Count == 1);
            id = run.Id;
        }

        List<StoredEntry> answered;
        await using (var second = new FlowRuntime(new() { Journal = journal }))
        {
            using var model = PaidModel();
            second.Steps.Add(Agent.Create("payer").Model(model).Tools(Pay(kind, o => o.RequireApproval())).Build());
            await second.RecoverAsync();
            var request = Assert.Single(second.Requests.Open).Id;
            await Assert.ThrowsAsync<InvalidModificationException>(async () => await second.Requests.ModifyAsync(request, new { to = "Bob" }));
            await second.Requests.ModifyAsync(request, new { to = "Bob", amount = 50 });
            Assert.Equal("paid", await (await second.GetRunAsync<string>(id))!.Result.WaitAsync(HangGuard.Limit));
            Assert.Equal(["50 to Bob"], _paid);
            answered = [.. await journal.ReadAsync(id, 0, default)];
        }

        // The process ended after the answer, before the tool was called.
        _paid.Clear();
        var copy = new InProcessJournal();
        await copy.AppendAsync(id, 1, [.. answered.TakeWhile(entry => entry.Kind != JournalEntryKind.RequestResolved), answered.Single(entry => entry.Kind == JournalEntryKind.RequestResolved)], default);
        await using var third = new FlowRuntime(new() { Journal = copy });
        using var last = PaidModel();
        third.Steps.Add(Agent.Create("payer").Model(last).Tools(Pay(kind, o => o.RequireApproval())).Build());
        await third.RecoverAsync();
        Assert.Equal("paid", await (await third.GetRunAsync<string>(id))!.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["50 to Bob"], _paid);
    }

    private static ScriptedChatClient PaidModel() => new ScriptedChatClient().Reply(call => call.ToolResults[0].Result!.ToString()!);

    [Fact]
    public async Task A_step_that_takes_one_value_takes_it_bare_or_by_name()
    {
        foreach (var given in (object[])[7, JsonElement.Parse("7"), JsonElement.Parse("{\"input\":7}")])
        {
            using var model = new ScriptedChatClient().CallTool("double", ("input", 1)).Reply(call => call.ToolResults[0].Result!.ToString()!);
            await using var runtime = new FlowRuntime();
            var (run, request) = await AskAsync(runtime, Tool.From(Step.Create<int, int>("double", (x, _) => 2 * x), o => o.RequireApproval()), model);
            await runtime.Requests.ModifyAsync(request, given);
            Assert.Equal("14", await run.Result.WaitAsync(HangGuard.Limit));
        }
    }

    [Fact]
    public async Task Whoever_approved_is_asked_again_when_somebody_else_changes_the_call()
    {
        using var model = PayModel();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.RequireApproval("large", "auditor")));
        var run = await runtime.StartAsync(Agent.Create("payer").Model(model).Tools(Pay("function", o => o.RequireApproval(role: "treasurer"))).Build(), "x");
        var asked = new List<string?>();
        foreach (var answer in (ApprovalDecision[])[ApprovalDecision.Approve(Anna), ApprovalDecision.Modify(new { to = "Eve", amount = 9000 }, Anna), ApprovalDecision.Approve(Anna)])
        {
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            var request = Assert.Single(runtime.Requests.Open);
            asked.Add(request.Role);
            await runtime.Requests.ResolveAsync(request.Id, answer);
        }

        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["auditor", "treasurer", "auditor"], asked);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_policy_and_the_tools_own_rule_are_both_satisfied(string kind)
    {
        using var model = PayModel();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request =>
            request.Facts.Approval is null ? PolicyDecision.RequireApproval("large", "auditor") : PolicyDecision.Allow));
        var run = await runtime.StartAsync(Agent.Create("payer").Model(model).Tools(Pay(kind, o => o.RequireApproval(role: "treasurer"))).Build(), "x");
        foreach (var role in (string[])["auditor", "treasurer"])
        {
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            Assert.Empty(_paid);
            var request = Assert.Single(runtime.Requests.Open);
            Assert.Equal(role, request.Role);
            await runtime.Requests.ApproveAsync(request.Id, Anna);
        }

        Assert.Equal("paid", await run.Result.WaitAsync(HangGuard.Limit));
    }

    private sealed class Approver(object modification) : IApprover
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return new(ApprovalDecision.Modify(modification));
        }
    }
}
