using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>What has happened in a run is read wherever the run is, and reading moves nothing.</summary>
public sealed class ReadEntriesTests
{
    private static readonly RunId Id = RunId.Parse("payout-1");
    private static readonly Flow<Payout, string> Flow = AgentFlow.Flow.Start<Payout>("payout").Approve("boss").Then("pay", (payout, _) => $"paid {payout.Amount}").Build();

    [Fact]
    public async Task A_suspended_run_stays_in_the_journal_and_an_ended_one_tells_everything()
    {
        var journal = new InProcessJournal();
        int written;
        await using (var first = new FlowRuntime(new() { Journal = journal }))
        {
            await first.StartAsync(Flow, new(10m), new() { Id = "payout-1" });
            await Eventually.Holds(() => first.Requests.Count == 1);
            await Eventually.Holds(() => journal.ReadAsync(Id, 0, default).Result is [.., { Kind: JournalEntryKind.RunSuspended }]);
            written = (await first.ReadEntriesAsync(Id)).Count;
        }

        await using var second = new FlowRuntime(new() { Journal = journal });
        second.Steps.Add(Flow);
        await second.RecoverAsync();
        var entries = await second.ReadEntriesAsync(Id);
        Assert.Equal(written, entries.Count);
        Assert.Equal((JournalEntryKind.RunStarted, JournalEntryKind.RunSuspended), (entries[0].Kind, entries[^1].Kind));
        Assert.Empty(second.Runs);
        Assert.Equal(new Payout(10m), second.Requests.ValueOf<Payout>(second.Requests.Open[0]));

        await second.Requests.ApproveAsync(second.Requests.Open[0].Id);
        await (await second.GetRunAsync<string>(Id))!.Result.Soon();
        await Eventually.Holds(() => second.ReadEntriesAsync(Id).Result is [.., { Kind: JournalEntryKind.RunCompleted }]);
        Assert.Single(await second.ReadEntriesAsync(Id), entry => entry is EffectCompletedEntry);
        Assert.Empty(await second.ReadEntriesAsync(RunId.Parse("nobody")));
    }

    [Fact]
    public async Task Without_a_journal_a_run_tells_what_is_in_memory()
    {
        await using var runtime = new FlowRuntime();
        Assert.Empty(await runtime.ReadEntriesAsync(Id));
        var run = await runtime.StartAsync(Flow, new(10m), new() { Id = "payout-1" });
        await Eventually.Holds(() => runtime.Requests.Count == 1);
        Assert.Contains(await runtime.ReadEntriesAsync(Id), entry => entry is RequestOpenedEntry);
        Assert.Same(runtime.Requests.Open[0].Value, runtime.Requests.ValueOf<Payout>(runtime.Requests.Open[0]));
        Assert.Throws<InvalidCastException>(() => runtime.Requests.ValueOf<string>(runtime.Requests.Open[0]));
        await runtime.Requests.ApproveAsync(runtime.Requests.Open[0].Id);
        await run.Result.Soon();
        Assert.Equal(JournalEntryKind.RunCompleted, (await runtime.ReadEntriesAsync(Id))[^1].Kind);
    }

    private sealed record Payout(decimal Amount);
}
