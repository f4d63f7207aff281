using AgentFlow.Approvals;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>What a policy makes of an input is what runs, in every attempt, and what a human has approved is what runs.</summary>
public class ChangedInputTests
{
    private readonly List<int> _executed = [];

    [Fact]
    public void A_replacement_before_a_retry_is_what_the_retry_works_on()
    {
        var run = Finish(new Rule("less", _ => PolicyDecision.Replace(5, "less this time"), (PolicyOperation.RunStep, PolicyPhase.Retry)), failures: 1);
        Assert.Equal([100, 5], _executed);
        Assert.Equal(6, run.Value());
    }

    [Fact]
    public void A_duty_that_cannot_be_discharged_denies_a_retry_as_it_denies_a_first_attempt()
    {
        var run = Finish(new Rule("tokens", _ => PolicyDecision.Allow.With(Obligation.LimitOutputTokens(5)), (PolicyOperation.RunStep, PolicyPhase.Retry)), failures: 1);
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Contains("'limit-output-tokens' cannot be discharged by step 'pay'", run.StatusReason, StringComparison.Ordinal);
        Assert.Equal([100], _executed);
    }

    /// <summary>While the human thought, another policy has come to change the value: nobody has approved that one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_approval_is_for_the_value_that_was_shown(bool changes)
    {
        var rate = 1;
        var test = NewTest(
            Rule.OnStep("convert", request => PolicyDecision.Replace(new Payment(100 * rate, [1]), "today's rate")),
            Rule.OnStep("boss", _ => PolicyDecision.RequireApproval("pay?")));
        var pay = Step.Create<Payment, int>("pay", (payment, _) => payment.Amount);
        var run = test.Start(Flow.Start<Payment>("flow").Then(pay).Build(), new Payment(100, [1]));
        test.Settle();
        var first = test.Runtime.Requests.Open.Single();
        Assert.Equal(100, ((Payment)first.Value!).Amount);
        if (changes) rate = 3;
        Assert.True(test.Runtime.Requests.ApproveAsync(first.Id).IsCompletedSuccessfully);
        test.Settle();
        if (changes)
        {
            var second = test.Runtime.Requests.Open.Single();
            Assert.Equal(300, ((Payment)second.Value!).Amount);
            Assert.True(test.Runtime.Requests.ApproveAsync(second.Id).IsCompletedSuccessfully);
        }

        test.Finish(run);
        Assert.Equal(100 * rate, run.Value());
    }

    private FlowRun<int> Finish(Rule rule, int failures)
    {
        var test = NewTest(rule);
        var pay = Step.Create<int, int>("pay", (x, _) =>
        {
            _executed.Add(x);
            return failures-- > 0 ? throw new IOException("no line") : x + 1;
        }, o => o.Retry(1, TimeSpan.Zero));
        var run = test.Start(Flow.Start<int>("flow").Then(pay).Build(), 100);
        test.Finish(run);
        return run;
    }

    private static VirtualRun NewTest(params IPolicy[] policies) => new(configure: options =>
    {
        foreach (var policy in policies) options.Policies.Add(policy);
    });

    private sealed record Payment(int Amount, IReadOnlyList<int> Lines);
}
