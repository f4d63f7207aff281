using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Tools;

/// <summary>Every call of a tool stands in the journal with agent, tool and arguments, whatever the tool is.</summary>
public class ToolJournalTests
{
    public static TheoryData<string, bool> Kinds
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var kind in (string[])["function", "step", "flow", "agent"])
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }

            return data;
        }
    }

    private static Tool Dig(string kind, Func<string, string> body) => kind switch
    {
        "function" => Tool.From("dig", "", (string input) => body(input), o => o.Effect(EffectClass.Read)),
        "step" => Tool.From(Step.Create<string, string>("dig", (input, _) => body(input))),
        "flow" => Tool.From(Flow.Start<string>("dig").Then("deep", (input, _) => body(input)).Build()),
        _ => Tool.From(Agent.Create("dig").Model(new ScriptedChatClient().Otherwise().Reply(call => body(call.Text))).Build()),
    };

    private static Judge[] Policies(bool judged) => judged ? [new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.Allow)] : [];

    private static Agent<string, string> Digger(Tool tool) =>
        Agent.Create("digger").Model(new ScriptedChatClient().CallTool("dig", ("input", "gold")).Reply("done").CallTool("dig", ("input", "gold")).Reply("done")).Tools(tool).Build();

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_call_counts_in_the_report_and_for_assertions(string kind, bool judged)
    {
        await using var runtime = Runtimes.With(Policies(judged));
        var run = await runtime.EndedAsync(Digger(Dig(kind, input => $"no {input}")), "x");
        Assert.Equal("done", await run);
        run.Journal().CalledTool("dig", call => call.Argument<string>("input") == "gold" && call.Agent == "digger" && call.Path.ToString() == "digger/dig", times: 1);
        var call = Assert.Single(run.Journal().ToolCalls);
        Assert.Equal(("no gold", null), (call.Result!.ToString(), call.Error));
        var report = RunReport.From(run.Entries).Agents.Single(agent => agent.Agent == "digger");
        Assert.Equal((1, 0, 2), (report.ToolCalls, report.FailedCalls, report.ModelCalls));

        // The same from what a store keeps.
        var stored = run.Entries.Select(entry => EntryDecoder.Decode(EntryEncoder.Encode(entry, runtime.Json))).ToList();
        Assert.Equal(1, RunReport.From(stored).Total.ToolCalls);
        Assert.Equal("gold", stored.Select(Detail).Single(detail => detail?.Tool == "dig")!.Arguments!["input"]!.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_failed_call_counts_as_failed_and_says_why(string kind, bool judged)
    {
        await using var runtime = Runtimes.With(Policies(judged));
        var run = await runtime.EndedAsync(Digger(Dig(kind, _ => throw new InvalidOperationException("rock"))), "x");
        Assert.Equal("done", await run);
        var call = Assert.Single(run.Journal().ToolCalls);
        Assert.Null(call.Result);
        Assert.Contains("rock", call.Error, StringComparison.Ordinal);
        var report = RunReport.From(run.Entries).Agents.Single(agent => agent.Agent == "digger");
        Assert.Equal((1, 1), (report.ToolCalls, report.FailedCalls));
    }

    [Theory]
    [InlineData("function")]
    [InlineData("step")]
    [InlineData("flow")]
    [InlineData("agent")]
    public async Task A_refused_call_counts_as_failed(string kind)
    {
        foreach (var phase in (PolicyPhase[])[PolicyPhase.Request, PolicyPhase.Result])
        {
            await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallTool, phase, _ => PolicyDecision.Deny("no")));
            var run = await runtime.EndedAsync(Digger(Dig(kind, input => input)), "x");
            var report = RunReport.From(run.Entries).Agents.Single(agent => agent.Agent == "digger");
            Assert.Equal((1, 1), (report.ToolCalls, report.FailedCalls));
            Assert.Equal("gold", Assert.Single(run.Journal().ToolCalls).Argument<string>("input"));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_call_is_recorded_once_wherever_the_run_was_cut(string kind, bool judged)
    {
        await using var first = Runtimes.With(Policies(judged));
        var tool = Dig(kind, input => $"no {input}");
        var run = await first.EndedAsync(Digger(tool), "x");
        for (var cut = 1; cut < run.Entries.Count; cut++)
        {
            var prefix = run.Entries.Take(cut).ToList();
            var left = prefix.Count(entry => entry is EffectCompletedEntry completed && completed.Path.Parent?.ToString() == "digger" && completed.Path.Name.StartsWith("model", StringComparison.Ordinal));
            var model = new ScriptedChatClient();
            if (left == 0) model.CallTool("dig", ("input", "gold"));
            if (left < 2) model.Reply("done");
            await using var second = Runtimes.With(Policies(judged));
            var resumed = second.Resume(Agent.Create("digger").Model(model).Tools(tool).Build(), prefix);
            Assert.Equal("done", await resumed.Result.WaitAsync(HangGuard.Limit));
            Assert.Equal(1, RunReport.From(resumed.Entries).Agents.Single(agent => agent.Agent == "digger").ToolCalls);
            resumed.Journal().CalledTool("dig", call => call.Argument<string>("input") == "gold", times: 1);
        }
    }

    [Theory]
    [InlineData("function")]
    [InlineData("step")]
    [InlineData("flow")]
    public async Task What_a_human_made_of_the_arguments_is_what_was_called(string kind)
    {
        await using var runtime = Runtimes.With(
            options => options.Approver = new Changer(),
            new Judge(PolicyOperation.CallTool, PolicyPhase.Request, _ => PolicyDecision.RequireApproval("sure?")));
        var run = await runtime.EndedAsync(Digger(Dig(kind, input => $"no {input}")), "x");
        Assert.Equal("done", await run);
        Assert.Equal("silver", Assert.Single(run.Journal().ToolCalls).Argument<string>("input"));
    }

    private static EffectDetail? Detail(JournalEntry entry) => entry switch
    {
        EffectCompletedEntry completed => completed.Detail,
        DecisionMadeEntry decision => decision.Detail,
        _ => null,
    };

    private sealed class Changer : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) =>
            new(ApprovalDecision.Modify(new Dictionary<string, object?> { ["input"] = "silver" }));
    }
}
