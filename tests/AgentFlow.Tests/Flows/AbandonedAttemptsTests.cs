using AgentFlow.Testing;

namespace AgentFlow.Tests.Flows;

/// <summary>What is given up on replay is given up with all of its attempts.</summary>
public class AbandonedAttemptsTests
{
    private static readonly Flow<int, int> Failing = Flow.Start<int>("failing")
        .Then("before", (x, _) => x + 1)
        .Then("fail", (int x, StepContext _) => x > 0 ? throw new IOException("no line") : x)
        .Build();

    private static readonly Step<int, int> Late = Step.Create<int, int>("late", async ValueTask<int> (x, context) =>
    {
        await Task.Delay(TimeSpan.FromHours(1), context.Time, context.CancellationToken);
        return x;
    });

    [Fact]
    public async Task A_flow_that_was_retried_before_its_fallback_took_over() =>
        await CheckAsync(Flow.Start<int>("root").Then(Failing, o => o.Retry(2, TimeSpan.FromSeconds(1)).Fallback(Late)).Build());

    [Fact]
    public async Task A_flow_that_was_retried_in_a_branch_whose_failure_did_not_count()
    {
        var retried = Flow.Start<int>("retried").Then(Failing, o => o.Retry(2, TimeSpan.FromSeconds(1))).Build();
        await CheckAsync(Flow.FromCode<int, int>("root", async (x, context) => (await context.AnyAsync<int>(
            branch => branch.RunAsync(retried, x), branch => branch.RunAsync(Late, x))).Value));
    }

    private static async Task CheckAsync(Flow<int, int> flow)
    {
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(flow, 1);
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Contains(run.Entries, entry => entry.Path.ToString().Contains('~', StringComparison.Ordinal));

        var report = await host.ReplayFromEveryPrefixAsync(flow, run);

        Assert.Equal(run.Entries.Count, report.Cuts);
    }
}
