using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>What a policy reserves is settled, however the operation ends; and so is what was reserved for a run.</summary>
public class SettlementTests
{
    private readonly Account _account = new();

    [Fact]
    public void What_was_reserved_is_settled_when_the_effect_succeeds()
    {
        Finish(Single((x, _) => Task.FromResult(x)));
        Assert.Equal(["reserve 10", "settle 10"], _account.Movements);
    }

    [Fact]
    public void And_when_it_fails()
    {
        Finish(Single(Task<int> (_, _) => throw new IOException("no")));
        Assert.Equal(["reserve 10", "settle 10 System.IO.IOException"], _account.Movements);
    }

    [Fact]
    public void And_when_it_is_cancelled()
    {
        var test = NewTest();
        var run = test.Start(Single(async (x, ctx) =>
        {
            await new UntilCancelled(ctx.CancellationToken).Task;
            return x;
        }), 10);
        test.Settle();
        _ = run.CancelAsync();
        test.Finish(run);
        Assert.Equal(["reserve 10", "settle 10 System.Threading.Tasks.TaskCanceledException"], _account.Movements);
    }

    [Fact]
    public void And_when_a_later_policy_denies()
    {
        var never = Rule.On("never", _ => PolicyDecision.Allow, PolicyOperation.RunStep);
        var test = NewTest(Rule.OnStep("deny", _ => PolicyDecision.Deny("no")), never);
        test.Finish(test.Start(Single((x, _) => Task.FromResult(x)), 10));
        Assert.Equal(["reserve 10", "settle 10 PolicyDenied"], _account.Movements);
        Assert.Empty(never.Asked);
    }

    [Fact]
    public void And_when_a_retry_needs_more()
    {
        Finish(Single((x, ctx) => ctx.Attempt == 1 ? throw new IOException("once") : Task.FromResult(x), o => o.Retry(1, TimeSpan.Zero)));
        Assert.Equal(["reserve 10", "reserve again 20", "settle 20"], _account.Movements);
    }

    [Fact]
    public void And_once_only_although_the_policy_is_asked_again_after_an_approval()
    {
        var test = NewTest(Rule.OnStep("ask", _ => PolicyDecision.RequireApproval("pay?")));
        var run = test.Start(Single((x, _) => Task.FromResult(x)), 10);
        test.Settle();
        _ = test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id).AsTask();
        test.Finish(run);
        Assert.Equal(["reserve 10", "keep 10", "settle 10"], _account.Movements);
    }

    [Fact]
    public void A_settlement_that_throws_does_not_turn_success_into_failure()
    {
        var test = NewTest(new Rule("broken", _ => throw new IOException("no network"), (PolicyOperation.RunStep, PolicyPhase.Settle)));
        var run = test.Start(Single((x, _) => Task.FromResult(x)), 10);
        test.Finish(run);
        Assert.Equal(10, run.Value());
    }

    [Theory]
    [InlineData("completes", "")]
    [InlineData("fails", " System.IO.IOException")]
    [InlineData("is cancelled", " System.Threading.Tasks.TaskCanceledException")]
    [InlineData("is cancelled while suspended", " Cancelled")]
    [InlineData("never listens", " Cancelled")]
    public void What_was_reserved_for_a_run_is_settled_when_it_ends(string how, string error)
    {
        var rule = Rule.On("quota", _account.Decide, PolicyOperation.StartRun);
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.Zero;
            options.Policies.Add(rule);
        });
        var stuck = new TaskCompletionSource();
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            if (how == "fails") throw new IOException("no");
            if (how == "is cancelled while suspended") await ctx.ApproveAsync("boss", x);
            if (how == "is cancelled") await ctx.RunAsync(Step.Create<int, int>("hang", async Task<int> (v, c) =>
            {
                await new UntilCancelled(c.CancellationToken).Task;
                return v;
            }), x);
            if (how == "never listens") await stuck.Task;
            return x;
        });
        var run = test.Start(flow, 10);
        test.Settle();
        if (!run.IsTerminal) _ = run.CancelAsync();
        test.Finish(run);
        test.Settle();
        Assert.Equal(["reserve 10", "settle 10" + error], _account.Movements);
    }

    private FlowRun<int> Finish(Flow<int, int> flow)
    {
        var test = NewTest();
        var run = test.Start(flow, 10);
        test.Finish(run);
        return run;
    }

    private VirtualRun NewTest(params IPolicy[] others) => new(configure: options =>
    {
        options.Policies.Add(Rule.On("account", _account.Decide, PolicyOperation.RunStep));
        foreach (var policy in others) options.Policies.Add(policy);
    });

    private static Flow<int, int> Single(Func<int, StepContext, Task<int>> body, Action<StepOptions<int, int>>? options = null) =>
        Flow.Start<int>("flow").Then(Step.Create<int, int>("body", body, options)).Build();

    /// <summary>Reserves 10 for every attempt and settles what it has reserved.</summary>
    private sealed class Account
    {
        private readonly List<string> _movements = [];

        public IReadOnlyList<string> Movements => _movements;

        public PolicyDecision Decide(PolicyRequest request)
        {
            var reserved = (int?)request.State;
            switch (request.Phase)
            {
                case PolicyPhase.Request when reserved is null:
                    _movements.Add("reserve 10");
                    return PolicyDecision.Allow.WithState(10);
                case PolicyPhase.Request:
                    _movements.Add($"keep {reserved}");
                    return PolicyDecision.Allow;
                case PolicyPhase.Retry:
                    _movements.Add($"reserve again {reserved + 10}");
                    return PolicyDecision.Allow.WithState(reserved + 10);
                case PolicyPhase.Settle:
                    _movements.Add($"settle {reserved} {request.Facts.ErrorType}".TrimEnd());
                    return PolicyDecision.Deny("ignored");
                default:
                    Assert.Equal(reserved, request.State);
                    return PolicyDecision.Allow;
            }
        }
    }
}
