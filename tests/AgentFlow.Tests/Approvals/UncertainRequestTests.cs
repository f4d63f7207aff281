using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Approvals;

/// <summary>Who may say what became of an irreversible effect whose process stopped in the middle of it.</summary>
public class UncertainRequestTests
{
    private static readonly RequestTerms Strict = new() { NotByAuthor = true, Deadline = TimeSpan.FromHours(1), Escalation = [Escalation.ToRole("director")] };
    private int _paid;

    private Flow<int, string> Paying(Action<StepOptions<int, int>>? configure = null)
    {
        var pay = Step.Create<int, int>("pay", (x, _) =>
        {
            _paid++;
            return x;
        }, o =>
        {
            o.Effect(EffectClass.Irreversible);
            configure?.Invoke(o);
        });
        return Flow.FromCode<int, string>("flow", async (x, ctx) => $"paid {await ctx.RunAsync(pay, x)}");
    }

    /// <summary>The process stopped behind the intent; the next one asks.</summary>
    private VirtualRun Cut(Flow<int, string> flow, Action<FlowRuntimeOptions>? configure, out Task<string> result)
    {
        var journal = new InProcessJournal();
        var first = new VirtualRun(configure: options => options.Journal = journal);
        var run = first.Start(flow, 5, new() { Id = "run", Principal = new("ada") });
        first.Settle();
        Assert.Equal("paid 5", run.Value());
        var prefix = Restart.Stored(journal, run.Id).TakeWhile(entry => entry.Kind <= JournalEntryKind.EffectIntended).ToList();
        var after = new InProcessJournal();
        Assert.True(after.AppendAsync(run.Id, 1, prefix, default).IsCompletedSuccessfully);
        _paid = 0;
        var second = new VirtualRun(configure: options =>
        {
            (options.Journal, options.SuspendLinger) = (after, TimeSpan.FromDays(1));
            configure?.Invoke(options);
        });
        second.Runtime.Steps.Add(flow);
        var recovery = second.Runtime.RecoverAsync();
        second.Settle();
        Assert.Empty(recovery.Now().Held);
        result = second.Runtime.GetRunAsync<string>(run.Id).AsTask().Now()!.Result;
        return second;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_step_or_the_runtime_demands_a_role_and_terms(bool byStep)
    {
        var flow = byStep ? Paying(o => o.WhenUncertain("treasurer", Strict)) : Paying();
        var test = Cut(flow, options => (options.UncertainRole, options.UncertainTerms) = byStep ? ("anybody's guess", RequestTerms.Default) : ("treasurer", Strict), out var result);
        var request = Assert.Single(test.Runtime.Requests.Open);
        Assert.Equal((RequestKind.UncertainEffect, "treasurer", Strict), (request.Kind, request.Role, request.Terms));
        foreach (var wrong in new[] { new("eve"), People.WithRole("ada", "treasurer") })
        {
            await Assert.ThrowsAsync<NotEntitledException>(async () => await test.Runtime.Requests.ApproveAsync(request.Id, wrong));
            await Assert.ThrowsAsync<NotEntitledException>(async () => await test.Runtime.Requests.AnswerAsync(request.Id, 7, wrong));
        }

        Assert.Equal("the answer is JSON", (await Assert.ThrowsAsync<InvalidAnswerException>(async () => await test.Runtime.Requests.AnswerAsync(request.Id, JsonElement.Parse("\"much\""), People.WithRole("tess", "treasurer"))))
            .Message.Split(": ")[1].Split(" that")[0]);
        var answered = test.Runtime.Requests.AnswerAsync(request.Id, JsonElement.Parse("7"), People.WithRole("tess", "treasurer"));
        test.Settle();
        await answered;
        Assert.Equal(("paid 7", 0), (result.Now(), _paid));
    }

    [Fact]
    public async Task After_the_last_deadline_the_effect_has_failed_and_is_not_started_again()
    {
        var test = Cut(Paying(), options => options.UncertainTerms = Strict, out var result);
        test.Time.Advance(TimeSpan.FromHours(1));
        test.Settle();
        Assert.Equal("director", (await test.Runtime.Requests.ListAsync()).Single().Role);
        test.Time.Advance(TimeSpan.FromHours(1));
        test.Settle();
        Assert.True(result.IsFaulted);
        var failure = Assert.IsType<FlowRunFailedException>(result.Exception!.InnerException);
        Assert.Equal(("Uncertain", "flow/pay", 0), (failure.ErrorType, $"{failure.Path}", _paid));
    }

    [Fact]
    public void A_tool_demands_its_own_role()
    {
        var tool = Tool.From(Step.Create<int, int>("pay", (x, _) => x, o => o.WhenUncertain("clerk")), o => o.WhenUncertain("treasurer", Strict));
        var kept = Tool.From(Step.Create<int, int>("pay", (x, _) => x, o => o.WhenUncertain("clerk")));
        Assert.Equal(("treasurer", Strict), (tool.Plan.Step.Uncertain!.Role, tool.Plan.Step.Uncertain.Terms));
        Assert.Equal("clerk", kept.Plan.Step.Uncertain!.Role);
    }

    [Fact]
    public void What_became_of_an_effect_has_one_answer()
    {
        var terms = new RequestTerms { Quorum = 2 };
        Assert.Equal(2, Assert.Throws<InvalidOptionException>(() => Paying(o => o.WhenUncertain(terms: terms))).Value);
        Assert.Equal(2, Assert.Throws<InvalidOptionException>(() => new VirtualRun(configure: options => options.UncertainTerms = terms)).Value);
    }
}
