using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>What must be done along with a decision: it is done before the effect, or the decision is a denial.</summary>
public class ObligationTests
{
    private readonly List<string> _done = [];

    [Fact]
    public void A_handler_discharges_an_obligation_before_the_body()
    {
        var run = Finish(new Notify("desk"), new Handler(obligation => obligation is Notify, obligation => _done.Add($"told {((Notify)obligation).Whom}")));
        Assert.Equal(1, run.Value());
        Assert.Equal(["told desk", "body"], _done);
    }

    [Fact]
    public void An_obligation_that_nobody_knows_is_a_denial()
    {
        var run = Finish(new Notify("desk"), new Handler(_ => false, _ => { }));
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Contains("obligation 'notify' could not be discharged", run.StatusReason, StringComparison.Ordinal);
        Assert.Empty(_done);
    }

    [Fact]
    public void An_obligation_whose_handler_throws_is_a_denial()
    {
        var run = Finish(new Notify("desk"), new Handler(_ => true, _ => throw new IOException("the desk is closed")));
        Assert.EndsWith("could not be discharged: its handler failed; the log has the rest", run.StatusReason, StringComparison.Ordinal);
        Assert.Empty(_done);
    }

    [Fact]
    public void A_duty_of_model_calls_cannot_be_discharged_by_a_step()
    {
        var run = Finish(Obligation.LimitOutputTokens(10), new Handler(_ => false, _ => { }));
        Assert.Contains("cannot be discharged by step 'body'", run.StatusReason, StringComparison.Ordinal);
        Assert.Empty(_done);
    }

    [Fact]
    public void Nor_by_the_start_of_a_run()
    {
        var test = new VirtualRun(configure: options => options.Policies.Add(
            Rule.On("limit", request => PolicyDecision.Allow.With(Obligation.LimitOutputTokens(10)), PolicyOperation.StartRun)));
        var run = test.Start(Single(), 1);
        test.Finish(run);
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Empty(_done);
    }

    private FlowRun<int> Finish(Obligation obligation, IObligationHandler handler)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.Policies.Add(Rule.OnStep("dutiful", _ => PolicyDecision.Allow.With(obligation)));
            options.ObligationHandlers.Add(handler);
        });
        var run = test.Start(Single(), 1);
        test.Finish(run);
        return run;
    }

    private Flow<int, int> Single() => Flow.Start<int>("flow").Then("body", (x, _) =>
    {
        _done.Add("body");
        return x;
    }).Build();

    private sealed record Notify(string Whom) : Obligation("notify");

    private sealed class Handler(Func<Obligation, bool> knows, Action<Obligation> discharge) : IObligationHandler
    {
        public bool CanDischarge(Obligation obligation) => knows(obligation);

        public ValueTask DischargeAsync(Obligation obligation, PolicyRequest request, CancellationToken cancellationToken)
        {
            discharge(obligation);
            return default;
        }
    }
}
