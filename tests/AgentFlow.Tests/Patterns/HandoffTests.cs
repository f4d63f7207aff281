using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Patterns;

/// <summary>Agents that hand a conversation to each other: who gets control, what goes along, and where it ends.</summary>
public sealed class HandoffTests
{
    private readonly ScriptedChatClient _triageModel = new();
    private readonly ScriptedChatClient _billingModel = new();
    private readonly ScriptedChatClient _technicalModel = new();
    private readonly Agent<string, string> _triage;
    private readonly Agent<string, string> _billing;
    private readonly Agent<string, string> _technical;
    private readonly List<string> _lookups = [];

    public HandoffTests()
    {
        _triage = Agent.Create("triage").Model(_triageModel).Instructions("Sort requests.").Build();
        _billing = Agent.Create("billing").Description("Knows invoices.").Model(_billingModel)
            .Tools(Tool.From("lookup", "Finds an invoice.", (string invoice) =>
            {
                _lookups.Add(invoice);
                return $"invoice {invoice}: 40 €";
            }, o => o.Effect(EffectClass.Read))).Build();
        _technical = Agent.Create("technical").Model(_technicalModel).Build();
    }

    // The sample of the documentation.
    private Flow<string, string> Desk(Func<HandoffBuilder<string, string>, HandoffBuilder<string, string>>? more = null) => Flow.Start<string>("desk")
        .Handoff("support", h =>
        {
            var edges = h.Start(_triage)
                .Edge(_triage, _billing, "invoices and refunds")
                .Edge(_triage, _technical, "errors")
                .Edge(_billing, _technical, "errors")
                .Edge(_technical, _billing, "invoices")
                .Edge(_billing, _triage);
            return more is null ? edges : more(edges);
        })
        .Build();

    private static ScriptedChatClient HandOff(ScriptedChatClient model, string to, string reason = "yours") => model.CallTool($"hand_off_to_{to}", ("reason", reason));

    [Fact]
    public async Task Control_and_conversation_go_along_the_edges_until_one_answers()
    {
        HandOff(_triageModel, "billing", "asks for an invoice");
        _billingModel.CallTool("lookup", ("invoice", "R-1"));
        HandOff(_billingModel, "technical", "portal is down");
        _technicalModel.Reply("The portal is up again.");
        await using var host = new FlowTestHost();
        var desk = Desk();

        var run = await host.RunToEndAsync(desk, "Where is R-1?");

        Assert.Equal("The portal is up again.", await run.Result);
        run.Journal().Executed("desk/support/triage/model", "desk/support/billing/model", "desk/support/billing/lookup", "desk/support/billing/model#2", "desk/support/technical/model").HasEffects(5);
        Assert.Equal(
            ["desk/support/hop triage → billing (asks for an invoice)", "desk/support/hop#2 billing → technical (portal is down)"],
            run.Entries.OfType<DecisionMadeEntry>().Select(entry => $"{entry.Path} {entry.Value} ({entry.Reason})"));
        Assert.Equal(["hand_off_to_billing", "hand_off_to_technical"], _triageModel.Calls[0].ToolNames);
        Assert.Equal(["lookup", "hand_off_to_technical", "hand_off_to_triage"], _billingModel.Calls[0].ToolNames);
        Assert.Equal(["user: Where is R-1?", "user: {\"handOff\":{\"from\":\"triage\",\"reason\":\"asks for an invoice\"}}"], Said(_billingModel.Calls[0]));
        Assert.Equal(
            ["user: Where is R-1?", "assistant: lookup", "tool: invoice R-1: 40 €", "user: {\"handOff\":{\"from\":\"billing\",\"reason\":\"portal is down\"}}"],
            Said(_technicalModel.Calls[0]));
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(desk, run)).Cuts);
        host.VerifyComplete();
    }

    [Fact]
    public async Task Answers_are_typed_and_every_agent_has_its_own_view_of_the_input()
    {
        using var first = new ScriptedChatClient();
        HandOff(first, "pricer");
        using var second = new ScriptedChatClient().Reply(new Resolution("closed", 3));
        var sorter = Agent.Create<Ticket, Resolution>("sorter").Model(first).Prompt(ticket => $"Ticket: {ticket.Text}").Build();
        var pricer = Agent.Create<Ticket, Resolution>("pricer").Model(second).Instructions(ticket => $"Answer number {ticket.Number}.").Build();
        var flow = Flow.Start<Ticket>("desk").Handoff("support", h => h.Start(sorter).Edge(sorter, pricer)).Build();
        await using var host = new FlowTestHost(o => o.RoundTripValues = true);

        var run = await host.RunToEndAsync(flow, new Ticket(7, "help"));

        Assert.Equal(new Resolution("closed", 3), await run.Result);
        Assert.Equal("user: Ticket: help", Said(first.Calls[0])[0]);
        Assert.Equal("Answer number 7.", second.Calls[0].Instructions);
        Assert.NotNull(second.Calls[0].Options!.ResponseFormat);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run)).Cuts);
    }

    private sealed record Ticket(int Number, string Text);

    private sealed record Resolution(string State, int Days);

    [Fact]
    public async Task Control_that_goes_round_with_nothing_new_is_told_once_and_then_ends_with_the_cycle()
    {
        HandOff(_triageModel, "billing");
        HandOff(_billingModel, "technical").Always();
        HandOff(_technicalModel, "billing").Always();
        await using var host = new FlowTestHost();
        var desk = Desk();

        var run = await host.RunToEndAsync(desk, "help");

        var livelock = Assert.IsType<LivelockException>((await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result)).InnerException);
        Assert.Equal(["billing", "technical"], livelock.Cycle);
        Assert.Contains("billing → technical → billing", livelock.Message, StringComparison.Ordinal);
        Assert.Equal(2, livelock.Repetitions);
        Assert.Contains("nothing new has come up since", _billingModel.Calls[^1].Text, StringComparison.Ordinal);
        Assert.Equal(5, run.Entries.OfType<DecisionMadeEntry>().Count());
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(desk, run)).Cuts);
    }

    [Fact]
    public async Task An_agent_that_is_told_can_still_answer()
    {
        HandOff(_triageModel, "billing");
        HandOff(_billingModel, "technical").Times(2).Reply("I cannot say.");
        HandOff(_technicalModel, "billing");
        await using var host = new FlowTestHost();

        Assert.Equal("I cannot say.", await host.RunAsync(Desk(), "help"));
    }

    [Fact]
    public async Task The_same_way_is_free_again_when_a_tool_has_found_out_something()
    {
        HandOff(_triageModel, "billing");
        HandOff(_billingModel, "technical").CallTool("lookup", ("invoice", "R-2"));
        HandOff(_billingModel, "technical");
        HandOff(_technicalModel, "billing").Reply("done");
        await using var host = new FlowTestHost();

        Assert.Equal("done", await host.RunAsync(Desk(), "help"));
    }

    [Fact]
    public async Task At_the_bound_of_hops_the_flow_ends_with_a_typed_error()
    {
        HandOff(_triageModel, "billing");
        HandOff(_billingModel, "technical");
        await using var host = new FlowTestHost();

        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(Desk(h => h.MaxHops(1)), "help"));

        var limit = Assert.IsType<PatternLimitException>(failure.InnerException);
        Assert.Equal(("Handoff", 1, "desk/support"), (limit.Pattern, limit.Limit, $"{limit.Path}"));
    }

    [Theory]
    [InlineData("without-tool-calls", "user: Where is R-1?|user: {")]
    [InlineData("last-1", "user: Where is R-1?|user: {")]
    [InlineData("code", "user: Where is R-1?|user: only this|user: {")]
    public async Task The_history_is_filtered_and_a_call_is_never_split_from_its_result(string rule, string expected)
    {
        HandOff(_triageModel, "billing");
        _billingModel.CallTool("lookup", ("invoice", "R-1"));
        HandOff(_billingModel, "technical");
        _technicalModel.Reply("done");
        await using var host = new FlowTestHost();

        await host.RunAsync(Desk(h => h.History(rule switch
        {
            "code" => HandoffHistory.By(_ => [new(ChatRole.User, "only this")]),
            "last-1" => HandoffHistory.Last(1),
            _ => HandoffHistory.WithoutToolCalls,
        })), "Where is R-1?");

        Assert.StartsWith(expected, string.Join('|', Said(_technicalModel.Calls[0])), StringComparison.Ordinal);
        Assert.Equal(expected.Count(c => c == '|') + 1, Said(_technicalModel.Calls[0]).Count);
    }

    [Fact]
    public async Task A_summary_replaces_what_was_said()
    {
        HandOff(_triageModel, "billing");
        _billingModel.CallTool("lookup", ("invoice", "R-1"));
        HandOff(_billingModel, "technical");
        _technicalModel.Reply("done");
        var summarize = Step.Create<string, string>("summarize", (text, _) => $"[{text.Trim().ReplaceLineEndings(";")}]");
        await using var host = new FlowTestHost();

        await host.RunAsync(Desk(h => h.History(HandoffHistory.Summary(summarize))), "Where is R-1?");

        Assert.Contains("[user: Summary of the conversation so far:;[];billing: (calls lookup);tool: invoice R-1: 40 €]", Said(_technicalModel.Calls[0])[1].ReplaceLineEndings(";"), StringComparison.Ordinal);
        host.Journal.Executed("desk/support/summarize", "desk/support/summarize#2");
    }

    [Fact]
    public async Task Policies_judge_a_hand_off_from_agent_to_agent_and_a_refusal_goes_back_to_the_model()
    {
        var asked = new List<string>();
        HandOff(_triageModel, "billing", "a refund of 500");
        _triageModel.Reply(call => $"{call.ToolResults[0].Result}");
        await using var host = new FlowTestHost(o => o.Policies.Add(Rule.On("no-billing", request =>
        {
            if (request.Phase != PolicyPhase.Request) return PolicyDecision.Allow;
            asked.Add($"{request.Facts.From} → {request.Facts.Target}: {((HandoffRequest)request.Content.Value!).Reason}");
            return PolicyDecision.Deny("Billing is closed.");
        }, PolicyOperation.HandOff)));
        var desk = Desk();

        var run = await host.RunToEndAsync(desk, "help");

        Assert.Equal("Error: the call of 'hand_off_to_billing' was refused: no-billing: Billing is closed.", await run.Result);
        Assert.Equal(["triage → billing: a refund of 500"], asked);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(desk, run)).Cuts);
    }

    [Fact]
    public async Task A_policy_may_change_the_reason_and_demand_an_approval()
    {
        HandOff(_triageModel, "billing", "card 1234");
        _billingModel.Reply("done");
        await using var host = new FlowTestHost(o => o.Policies.Add(Rule.On("masks", request => request.Phase == PolicyPhase.Request
            ? request.Facts.Approval is null ? PolicyDecision.RequireApproval("sensitive") : PolicyDecision.Replace((HandoffRequest)request.Content.Value! with { Reason = "card ****" }, "mask")
            : PolicyDecision.Allow, PolicyOperation.HandOff)));
        host.Answers.Approve("billing");
        var desk = Desk();

        var run = await host.RunToEndAsync(desk, "help");

        Assert.Equal("done", await run.Result);
        Assert.Contains("card ****", Said(_billingModel.Calls[0])[1], StringComparison.Ordinal);
        Assert.DoesNotContain(run.Entries.OfType<DecisionMadeEntry>(), entry => entry.Reason == "card 1234");
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(desk, run)).Cuts);
    }

    [Fact]
    public async Task A_second_hand_off_in_one_turn_does_not_count_and_other_tools_do()
    {
        HandOff(_triageModel, "billing");
        _billingModel.CallTools(("lookup", new { invoice = "R-1" }), ("hand_off_to_technical", new { reason = "a" }), ("hand_off_to_triage", new { reason = "b" }));
        _technicalModel.Reply("done");
        await using var host = new FlowTestHost();

        Assert.Equal("done", await host.RunAsync(Desk(), "help"));

        Assert.Equal(["R-1"], _lookups);
        Assert.Single(_triageModel.Calls);
    }

    [Fact]
    public async Task A_hand_off_that_is_not_declared_or_without_a_reason_is_an_error_that_the_model_sees()
    {
        HandOff(_triageModel, "nobody");
        _triageModel.CallTool("hand_off_to_billing").Reply(call => string.Join(" ", call.ToolResults.Select(result => result.Result)));
        await using var host = new FlowTestHost();

        var answer = await host.RunAsync(Desk(), "help");

        Assert.Contains("there is no tool 'hand_off_to_nobody'", string.Join(' ', _triageModel.Calls[1].ToolResults.Select(result => result.Result)), StringComparison.Ordinal);
        Assert.Contains("'reason' is missing", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_may_hand_over_in_its_last_turn()
    {
        using var model = new ScriptedChatClient();
        HandOff(model, "billing");
        _billingModel.Reply("done");
        var once = Agent.Create("once").Model(model).MaxTurns(1).Build();
        var flow = Flow.Start<string>("desk").Handoff("support", h => h.Start(once).Edge(once, _billing)).Build();

        Assert.Equal("done", await new FlowRuntime().RunAsync(flow, "help"));
    }

    [Fact]
    public async Task An_agent_that_fails_fails_the_flow_at_its_path()
    {
        HandOff(_triageModel, "billing");
        _billingModel.Fail(new HttpRequestException("503"));
        await using var host = new FlowTestHost();

        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(Desk(), "help"));

        Assert.Equal("desk/support/billing/model", $"{failure.Path}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_human_gets_the_conversation_and_a_message_continues_it_or_a_result_ends_it(bool ends)
    {
        HandOff(_triageModel, "boss", "a refund of 500");
        if (!ends) _triageModel.Reply("Granted.");
        await using var host = new FlowTestHost(o => o.UnloadSuspendedRuns = true);
        host.Answers.Answer("boss", ends ? new HandoffReply<string>(null, "Refused.") : new HandoffReply<string>("Yes, refund it."), request => request is
        {
            Role: "lead", Value: HandoffCase { From: "triage", Reason: "a refund of 500" },
        }, People.WithRole("bo", "lead"));
        var desk = Desk(h => h.ToHuman(_triage, "boss", "refunds", "lead"));

        var run = await host.RunToEndAsync(desk, "help");

        Assert.Equal(ends ? "Refused." : "Granted.", await run.Result);
        if (!ends) Assert.Equal("user: Yes, refund it.", Said(_triageModel.Calls[1])[^1]);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(desk, run)).Cuts);
    }

    [Fact]
    public async Task When_no_human_answers_in_time_the_agent_is_told()
    {
        HandOff(_triageModel, "boss");
        _triageModel.Reply(call => call.Text);
        await using var host = new FlowTestHost();

        Assert.Contains("'boss' has not answered in time", await host.RunAsync(Desk(h => h.ToHuman(_triage, "boss", terms: new() { Deadline = TimeSpan.FromHours(1) })), "help"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_goes_on_with_whoever_is_in_control_until_the_user_has_nothing_more_to_say(bool unload)
    {
        HandOff(_triageModel, "billing");
        _billingModel.Reply("Which invoice?").Reply("It is paid.");
        await using var host = new FlowTestHost(o => o.UnloadSuspendedRuns = unload);
        host.Answers.Answer("user", "R-1", request => (string?)request.Value == "Which invoice?").Answer("user", "");
        var desk = Desk(h => h.Converse());

        var run = await host.RunToEndAsync(desk, "Is my invoice paid?");

        Assert.Equal("It is paid.", await run.Result);
        Assert.Equal(["user: Is my invoice paid?", "assistant: Which invoice?", "user: R-1"], Said(_billingModel.Calls[1]));
        Assert.Single(_triageModel.Calls);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(desk, run)).Cuts);
    }

    [Fact]
    public async Task A_cancelled_run_ends_the_conversation()
    {
        _triageModel.Reply("hello?");
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(Desk(h => h.Converse()), "help");
        await host.SettleAsync();

        await host.CancelAsync(run);

        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [Fact]
    public void Build_names_every_defect()
    {
        var twin = Agent.Create("billing").Build();
        var lost = Agent.Create("lost").Build();
        var lonely = Agent.Create("lonely").Build();
        var named = Agent.Create(new string('x', 60)).Build();
        var armed = Agent.Create("armed").Tools(Tool.From("hand_off_to_triage", "x", () => 1)).Build();

        var failure = Assert.Throws<FlowDefinitionException>(() => Flow.Start<string>("desk").Handoff("support", h => h.Start(_triage)
            .Edge(_triage, _triage).Edge(_triage, _billing).Edge(_triage, _billing, "again").Edge(_triage, twin).Edge(lost, lonely).Edge(_triage, named)
            .Edge(_triage, armed).Edge(armed, _triage).ToHuman(_triage, "hop")).Build());

        Assert.Equal(
            ["desk/support/armed", "desk/support/billing", "desk/support/hop", "desk/support/lonely", "desk/support/lost", "desk/support/triage", "desk/support/triage", "desk/support/triage"],
            failure.Defects.Select(defect => defect.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_drawn_with_its_edges_as_declared()
    {
        var drawn = Desk(h => h.ToHuman(_billing, "boss", "refunds").Converse()).ToMermaid();

        Assert.StartsWith(
            """
            flowchart TD
                n0(["string"])
                subgraph n1["support"]
                    n2(["triage"])
                    n3(["billing<br/>tools=lookup"])
                    n4(["technical"])
                    n5[\"boss"/]
                    n6[\"user"/]
                end
                n7(["string"])
                n0 --> n2
                n2 -->|"invoices and refunds"| n3
                n2 -->|"errors"| n4
                n3 -->|"errors"| n4
                n4 -->|"invoices"| n3
                n3 --> n2
                n3 -->|"refunds"| n5
                n5 -->|"message"| n3
                n2 -->|"answer"| n6
                n3 -->|"answer"| n6
                n4 -->|"answer"| n6
                n6 -.-> n2
                n6 -.-> n3
                n6 -.-> n4
                n6 -->|"end"| n7
                n5 -->|"result"| n7

            """.ReplaceLineEndings("\n"), drawn, StringComparison.Ordinal);
    }

    private static List<string> Said(ChatCall call) => [.. call.Messages.Where(message => message.Role != ChatRole.System).Select(message => $"{message.Role}: {string.Concat(message.Contents.Select(content => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent made => made.Name,
        FunctionResultContent result => $"{result.Result}",
        _ => "?",
    }))}")];
}
