using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Approvals;

namespace AgentFlow.Tests.Flows;

public class ApproveTests
{
    private static readonly Step<int, string> Pay = Step.Create<int, string>("pay", (x, _) => $"paid {x}");
    private readonly VirtualRun _run = new(configure: options => options.SuspendLinger = TimeSpan.Zero);

    private FlowRun<string> StartAndWait(Flow<int, string> flow, int input)
    {
        var run = _run.Start(flow, input);
        _run.Settle();
        return run;
    }

    private ApprovalRequest Open() => Assert.Single(_run.Runtime.Requests.Open);

    [Fact]
    public async Task An_approved_value_goes_on()
    {
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster", prompt: x => $"Pay {x}?", role: "senior").Then(Pay).Build(), 20);
        Assert.Equal(RunStatus.Suspended, run.Status);
        var request = Open();
        Assert.Equal(("claim/adjuster", "Pay 20?", "senior", 20), (request.Path.ToString(), request.Prompt, request.Role, request.Value));
        Assert.Equal(typeof(int), request.ValueType);
        await _run.Runtime.Requests.ApproveAsync(request.Id, People.WithRole("ada", "senior"));
        _run.Finish(run);
        Assert.Equal("paid 20", await run);
    }

    [Fact]
    public async Task A_modified_value_goes_on_as_modified()
    {
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster").Then(Pay).Build(), 20);
        await _run.Runtime.Requests.ModifyAsync(Open().Id, 15);
        _run.Finish(run);
        Assert.Equal("paid 15", await run);
    }

    [Fact]
    public async Task A_value_that_needs_no_approval_passes_and_that_is_a_decision()
    {
        var flow = Flow.Start<int>("claim").Approve("adjuster", when: x => x > 100).Then(Pay).Build();
        var run = StartAndWait(flow, 20);
        _run.Finish(run);
        Assert.Equal("paid 20", await run);
        var decision = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal(("claim/adjuster", false), (decision.Path.ToString(), (bool)decision.Value!));
    }

    [Fact]
    public async Task Whether_approval_is_needed_is_not_asked_again_after_unloading()
    {
        var limit = 10;
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster", when: x => x > limit).Then(Pay).Build(), 20);
        limit = 1_000;
        await _run.Runtime.Requests.ModifyAsync(Open().Id, 12);
        _run.Finish(run);
        Assert.Equal("paid 12", await run);
    }

    [Fact]
    public async Task A_rejection_goes_to_the_step_that_handles_it()
    {
        var decline = Step.Create<Rejection<int>, int>("decline", (rejection, _) => rejection is { Value: 20, Reason: "too much", By: "Ada" } ? -1 : 0);
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster", when: x => x > 1, onReject: decline).Then(Pay).Build(), 20);
        await _run.Runtime.Requests.RejectAsync(Open().Id, "too much", "Ada");
        _run.Finish(run);
        Assert.Equal("paid -1", await run);
        Assert.Contains(run.Entries, entry => entry.Path.ToString() == "claim/adjuster/decline");
    }

    [Fact]
    public async Task A_rejection_may_be_handled_without_its_reason()
    {
        var halve = Step.Create<int, int>("halve", (x, _) => x / 2);
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster", onReject: halve).Then(Pay).Build(), 20);
        await _run.Runtime.Requests.RejectAsync(Open().Id, "too much");
        _run.Finish(run);
        Assert.Equal("paid 10", await run);
    }

    [Fact]
    public async Task A_rejection_that_nobody_handles_says_who_and_why()
    {
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster").Then(Pay).Build(), 20);
        var request = Open();
        await _run.Runtime.Requests.RejectAsync(request.Id, "too much", "Ada");
        _run.Finish(run);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await run);
        Assert.Equal("claim/adjuster", failure.Path.ToString());
        var rejected = Assert.IsType<ApprovalRejectedException>(failure.InnerException);
        Assert.Equal((request.Id, "too much", "Ada"), (rejected.Request.Id, rejected.Reason, rejected.By));
        Assert.Contains("Ada rejected it: too much", rejected.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_is_not_retried()
    {
        var inner = Flow.Start<int>("inner").Approve("adjuster").Then(Pay).Build();
        var run = StartAndWait(Flow.Start<int>("claim").Then(inner, o => o.Retry(3, TimeSpan.Zero)).Build(), 20);
        await _run.Runtime.Requests.RejectAsync(Open().Id, "no");
        _run.Finish(run);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Empty(_run.Runtime.Requests.Open);
    }

    [Fact]
    public async Task A_question_goes_on_with_value_and_answer()
    {
        var flow = Flow.Start<int>("claim").Ask("cause", x => new Question<string>($"Why {x}?") { Choices = ["storm", "fire"] }).Map((value, answer) => $"{answer} {value}").Build();
        var run = StartAndWait(flow, 20);
        Assert.Equal(("claim/cause", "Why 20?"), (Open().Path.ToString(), Open().Prompt));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _run.Runtime.Requests.AnswerAsync(Open().Id, "flood"));
        await _run.Runtime.Requests.AnswerAsync(Open().Id, "fire");
        _run.Finish(run);
        Assert.Equal("fire 20", await run);
    }

    [Fact]
    public async Task A_condition_that_throws_is_wrapped_with_the_path()
    {
        var run = StartAndWait(Flow.Start<int>("claim").Approve("adjuster", when: x => 1 / x > 0).Then(Pay).Build(), 0);
        _run.Finish(run);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await run);
        Assert.Equal("claim/adjuster", Assert.IsType<FlowCodeException>(failure.InnerException).Path.ToString());
    }

    [Fact]
    public void A_verb_with_the_name_of_a_step_is_a_defect()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim").Approve("pay").Then(Pay).Build());
        Assert.Equal("claim/pay", Assert.Single(error.Defects).Path);
        error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim").Approve("twice").Approve("twice").Build());
        Assert.Equal("claim/twice: the name 'twice' is used twice in one scope. Give the verb a name of its own.", Assert.Single(error.Defects).ToString());
    }
}
