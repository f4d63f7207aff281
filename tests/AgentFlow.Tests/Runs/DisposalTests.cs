using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Runs;

/// <summary>A runtime and what belongs to it can be disposed synchronously, too.</summary>
public sealed class DisposalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agentflow-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_container_that_is_disposed_synchronously_disposes_runtime_and_journal()
    {
        var services = new ServiceCollection();
        services.AddAgentFlow().UseFileJournal(_directory);
        for (var start = 0; start < 2; start++)
        {
            using var provider = services.BuildServiceProvider();
            Assert.Empty(provider.GetRequiredService<FlowRuntime>().Runs);
        }
    }

    [Fact]
    public async Task What_executes_is_cancelled_and_nothing_starts_any_more()
    {
        var entered = new TaskCompletionSource();
        var flow = Flow.Start<int>("flow").Then("wait", async Task<int> (x, context) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return x;
        }).Build();
        var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(flow, 1);
        await entered.Task.Soon();
        runtime.Dispose();
        runtime.Dispose();
        Assert.Equal(RunStatus.Cancelled, run.Status);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await runtime.RunAsync(flow, 1));
    }

    [Fact]
    public async Task A_body_that_ignores_its_token_holds_the_disposal_no_longer_than_the_grace()
    {
        var entered = new TaskCompletionSource();
        var never = new TaskCompletionSource<int>();
        var flow = Flow.Start<int>("flow").Then("deaf", Task<int> (x, _) =>
        {
            entered.SetResult();
            return never.Task;
        }).Build();

        // The clock stands still: the runtime's own grace never passes.
        var runtime = new FlowRuntime(new() { Time = new AgentFlow.Testing.VirtualTimeProvider(), CancellationGrace = TimeSpan.Zero });
        _ = await runtime.StartAsync(flow, 1);
        await entered.Task.Soon();
        await Task.Run(runtime.Dispose).Soon();
    }

    [Fact]
    public async Task A_durable_run_stays_open()
    {
        var journal = new InProcessJournal();
        var runtime = new FlowRuntime(new() { Journal = journal });
        var flow = Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved);
        var run = await runtime.StartAsync(flow, 1);
        await Eventually.Holds(() => runtime.Requests.Count == 1);
        runtime.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => run.Result.Soon());
        Assert.DoesNotContain(await journal.ReadAsync(run.Id, 0, default), entry => entry.Kind >= JournalEntryKind.RunCompleted);
    }
}
