using AgentFlow.Journaling;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Journaling.Durable;

public sealed class FileJournalTests : IDisposable
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);
    private readonly string _directory = Directory.CreateTempSubdirectory("agentflow-").FullName;
    private int _effects;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_run_that_waits_for_a_human_continues_after_a_restart_and_repeats_nothing()
    {
        var flow = Payout();
        string id;
        await using (var journal = FileJournal.Open(_directory))
        await using (var first = new FlowRuntime(new() { Journal = journal }))
        {
            var run = await first.StartAsync(flow, 25_000m, new() { Id = "claim-1" });
            await AwaitRequestAsync(first);
            id = first.Requests.Open[0].Id;
            Assert.Equal(run.Id, RunId.Parse("claim-1"));
        }

        await using var reopened = FileJournal.Open(_directory);
        await using var second = new FlowRuntime(new() { Journal = reopened });
        second.Steps.Add(flow);
        Assert.Equal([RunId.Parse("claim-1")], (await second.RecoverAsync()).Suspended);
        Assert.Equal(1, second.Requests.Count);
        await second.Requests.ModifyAsync(id, 12_500m, by: "adjuster");
        Assert.Equal("paid 12500", await (await second.GetRunAsync<string>(RunId.Parse("claim-1")))!.Result.WaitAsync(Hang));
        Assert.Equal(2, _effects);

        var entries = await reopened.ReadAsync(RunId.Parse("claim-1"), 0, default);
        Assert.Equal(JournalEntryKind.RunCompleted, entries[^1].Kind);
        Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task A_service_container_opens_and_closes_the_journal()
    {
        var services = new ServiceCollection();
        services.AddAgentFlow().AddFlow(Payout()).UseFileJournal(_directory);
        for (var start = 1; start <= 2; start++)
        {
            await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
            var runtime = provider.GetRequiredService<FlowRuntime>();
            Assert.Equal("paid 10", await runtime.RunAsync(runtime.GetFlow<decimal, string>("payout"), 10m));
            Assert.Equal(start, (await provider.GetRequiredService<FileJournal>().ListAsync(default).ToListAsync()).Count);
        }
    }

    [Fact]
    public async Task A_second_process_is_refused()
    {
        await using var journal = FileJournal.Open(_directory);
        Assert.Throws<JournalLockedException>(() => FileJournal.Open(_directory));
    }

    private Flow<decimal, string> Payout() => Flow.Start<decimal>("payout")
        .Then("check", (amount, _) =>
        {
            _effects++;
            return amount;
        })
        .Approve("adjuster", when: amount => amount > 10_000m)
        .Then("pay", (decimal amount, StepContext _) =>
        {
            _effects++;
            return $"paid {amount:0}";
        }, o => o.Effect(EffectClass.Irreversible))
        .Build();

    private static async Task AwaitRequestAsync(FlowRuntime runtime)
    {
        using var hang = new CancellationTokenSource(Hang);
        while (runtime.Requests.Count == 0 || runtime.Runs.Any(run => run.Status != RunStatus.Suspended))
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
