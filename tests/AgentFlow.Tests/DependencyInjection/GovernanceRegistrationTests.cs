using AgentFlow.Approvals;
using AgentFlow.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.DependencyInjection;

public class GovernanceRegistrationTests
{
    private static readonly Flow<int, int> Pay = Flow.Start<int>("pay").Then("transfer", (x, _) => x).Build();

    [Fact]
    public async Task Policies_are_asked_in_the_order_in_which_they_were_added()
    {
        var asked = new List<string>();
        await using var services = new ServiceCollection().AddSingleton(asked).AddAgentFlow()
            .AddPolicy<SecondPolicy>().AddPolicy(new Noting("given", asked)).AddPolicy<FirstPolicy>().AddPolicy<SecondPolicy>().Strict();
        await services.Runtime().RunAsync(Pay, 1);
        Assert.Equal(["second", "given", "first"], asked);
    }

    [Fact]
    public async Task A_policy_registered_as_a_plain_service_is_not_overlooked()
    {
        var asked = new List<string>();
        await using var services = new ServiceCollection().AddSingleton<IPolicy>(new Noting("plain", asked)).AddAgentFlow().Strict();
        await services.Runtime().RunAsync(Pay, 1);
        Assert.Equal(["plain"], asked);
    }

    [Fact]
    public async Task Two_policies_of_one_name_are_an_error_and_one_instance_twice_is_one_policy()
    {
        var policy = new Noting("night", []);
        await using var clash = new ServiceCollection().AddAgentFlow(o => o.Policies.Add(new Noting("night", []))).AddPolicy(policy).Strict();
        Assert.Equal("night", Assert.Throws<DuplicateRegistrationException>(clash.Runtime).Name);
        await using var same = new ServiceCollection().AddAgentFlow().AddPolicy(policy).AddPolicy(policy).Strict();
        Assert.Single(same.Runtime().Options.Policies);
    }

    [Fact]
    public async Task The_approver_and_the_obligation_handlers_take_services()
    {
        var asked = new List<string>();
        await using var services = new ServiceCollection().AddSingleton(asked).AddAgentFlow()
            .AddPolicy<Questioning>().AddApprover<Agreeing>().AddApprover<Agreeing>().AddObligationHandler<Notary>().Strict();
        Assert.Equal(5, await services.Runtime().RunAsync(Pay, 5).AsTask().Soon());
        Assert.Equal(["notarize", "approver", "notarize"], asked);
    }

    [Fact]
    public async Task Two_approvers_are_an_error()
    {
        await using var services = new ServiceCollection().AddSingleton(new List<string>()).AddAgentFlow().AddApprover<Agreeing>().AddApprover<Silent>().Strict();
        Assert.Equal("approver", Assert.Throws<DuplicateRegistrationException>(services.Runtime).Kind);
    }

    [Fact]
    public async Task A_lane_with_two_limits_is_an_error()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddLane("ocr", 2).AddLane("mail", 2).AddLane("ocr", 3).Strict();
        var error = Assert.Throws<DuplicateRegistrationException>(services.Runtime);
        Assert.Equal(("lane", "ocr"), (error.Kind, error.Name));
    }

    private class Noting(string name, List<string> asked) : IPolicy
    {
        public string Name => name;

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => operation == PolicyOperation.RunStep && phase == PolicyPhase.Request;

        public virtual ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken)
        {
            asked.Add(name);
            return new(PolicyDecision.Allow);
        }
    }

    private sealed class FirstPolicy(List<string> asked) : Noting("first", asked);

    private sealed class SecondPolicy(List<string> asked) : Noting("second", asked);

    private sealed class Questioning(List<string> asked) : Noting("questioning", asked)
    {
        public override ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(PolicyDecision.RequireApproval("money").With(new Obligation("notarize")));
    }

    private sealed class Notary(List<string> asked) : IObligationHandler
    {
        public bool CanDischarge(Obligation obligation) => obligation.Name == "notarize";

        public ValueTask DischargeAsync(Obligation obligation, PolicyRequest request, CancellationToken cancellationToken)
        {
            asked.Add(obligation.Name);
            return default;
        }
    }

    private sealed class Agreeing(List<string> asked) : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken)
        {
            asked.Add("approver");
            return new(ApprovalDecision.Approve("test"));
        }
    }

    private sealed class Silent : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) => new((ApprovalDecision?)null);
    }
}
