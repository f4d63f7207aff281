using AgentFlow.Policies;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Signals;

/// <summary>Sending a signal is judged like answering a request.</summary>
public sealed class SignalPolicyTests
{
    private static Flow<int, int> Order { get; } = Flow.FromCode<int, int>("order", async (_, ctx) =>
    {
        var amount = await ctx.WaitForAsync<int>("paid");
        return ctx.Label?.Integrity == Integrity.Untrusted ? -amount : amount;
    });

    [Fact]
    public async Task A_policy_may_refuse_a_signal_and_the_run_goes_on_waiting()
    {
        await using var host = new FlowTestHost(o => o.Policies.Add(new Judge(static request => request.Facts.From == "bank" ? PolicyDecision.Allow : PolicyDecision.Deny("who are you?"))));
        var run = await host.StartAsync(Order, 0);
        await host.SettleAsync();
        var denial = await Assert.ThrowsAsync<PolicyDeniedException>(async () => await host.Runtime.SignalAsync(run.Id, "paid", 5, new() { By = "mallory" }));
        Assert.Equal(("judge: who are you?", RunStatus.Suspended), (denial.Reason, run.Status));
        await host.Runtime.SignalAsync(run.Id, "paid", 5, new() { By = "bank" });
        await host.DriveAsync(run);
        Assert.Equal(5, await run.Result);
    }

    [Fact]
    public async Task A_policy_may_change_the_value_and_raise_its_label()
    {
        var untrusted = Label.Untrusted("bank");
        await using var host = new FlowTestHost(o => o.Policies.Add(new Judge(request =>
        {
            Assert.Equal(("paid", 5), (request.Facts.Target, request.Content.Value));
            return PolicyDecision.Replace(7, "fees").With(Obligation.RaiseLabel(untrusted));
        })));
        var run = await host.StartAsync(Order, 0);
        await host.Runtime.SignalAsync(run.Id, "paid", 5);
        await host.DriveAsync(run);
        Assert.Equal(-7, await run.Result);
    }

    [Fact]
    public async Task The_label_of_a_signal_reaches_the_scope_that_took_it()
    {
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(Order, 0);
        await host.Runtime.SignalAsync(run.Id, "paid", 5, new() { Label = Label.Untrusted("bank") });
        await host.DriveAsync(run);
        Assert.Equal(-5, await run.Result);
        await host.ReplayFromEveryPrefixAsync(Order, run);
    }

    private sealed class Judge(Func<PolicyRequest, PolicyDecision> decide) : IPolicy
    {
        public string Name => "judge";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => operation == PolicyOperation.ReceiveSignal && phase == PolicyPhase.Request;

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) => new(decide(request));
    }
}
