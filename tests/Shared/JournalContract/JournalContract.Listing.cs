using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    [Fact]
    public async Task An_empty_store_lists_nothing() => Assert.Empty(await ListAsync());

    [Fact]
    public async Task A_run_is_listed_with_its_end()
    {
        await AppendAsync("r", 3, Entry(1, kind: JournalEntryKind.RunStarted), Entry(2, kind: JournalEntryKind.EffectCompleted));
        Assert.Equal(new StoredRun(Id("r"), JournalEntryKind.EffectCompleted, 2, 3), Assert.Single(await ListAsync()));
    }

    [Fact]
    public async Task The_list_follows_the_appends()
    {
        await AppendAsync("r", 1, Entry(1, kind: JournalEntryKind.RunStarted));
        await AppendAsync("r", 2, Entry(2, kind: JournalEntryKind.RunSuspended));
        Assert.Equal(new StoredRun(Id("r"), JournalEntryKind.RunSuspended, 2, 2), Assert.Single(await ListAsync()));
    }

    [Theory]
    [InlineData(JournalEntryKind.RunStarted, true)]
    [InlineData(JournalEntryKind.EffectIntended, true)]
    [InlineData(JournalEntryKind.RunSuspended, true)]
    [InlineData(JournalEntryKind.RunResumed, true)]
    [InlineData(JournalEntryKind.RunCompleted, false)]
    [InlineData(JournalEntryKind.RunFailed, false)]
    [InlineData(JournalEntryKind.RunCancelled, false)]
    public async Task The_last_entry_tells_whether_a_run_is_open(JournalEntryKind last, bool isOpen)
    {
        await AppendAsync("r", Entry(1, kind: JournalEntryKind.RunStarted), Entry(2, kind: last));
        Assert.Equal((last, isOpen), (Assert.Single(await ListAsync()).Last, (await ListAsync())[0].IsOpen));
    }

    [Fact]
    public async Task Every_run_is_listed_once()
    {
        for (var i = 0; i < 300; i++) await AppendAsync($"r-{i}", Entries(1, 1 + (i % 3)));
        var runs = (await ListAsync()).ToDictionary(run => run.RunId);
        Assert.Equal(300, runs.Count);
        for (var i = 0; i < 300; i++) Assert.Equal(1 + (i % 3), runs[Id($"r-{i}")].Sequence);
    }

    [Fact]
    public async Task A_cancelled_list_ends()
    {
        await AppendAsync("r", Entry(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Journal.ListAsync(new(true)))
            {
            }
        });
    }

    [Fact]
    public async Task Whoever_lists_may_stop_in_the_middle()
    {
        for (var i = 0; i < 5; i++) await AppendAsync($"r-{i}", Entry(1));
        await foreach (var _ in Journal.ListAsync(default)) break;
        Assert.Equal(5, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Whoever_lists_may_append_and_read_meanwhile()
    {
        for (var i = 0; i < 20; i++) await AppendAsync($"r-{i}", Entry(1));
        var seen = new HashSet<RunId>();
        await foreach (var run in Journal.ListAsync(default))
        {
            seen.Add(run.RunId);
            Assert.NotEmpty(await Journal.ReadAsync(run.RunId, 0, default));
            if (run.Sequence == 1 && run.RunId.ToString().Length < 6) await Journal.AppendAsync(run.RunId, 1, Entries(2, 1), default);
        }

        Assert.Superset(Enumerable.Range(0, 20).Select(i => Id($"r-{i}")).ToHashSet(), seen);
        Assert.All(await ListAsync(), run => Assert.Equal(2, run.Sequence));
    }

    [Fact]
    public async Task The_list_can_be_enumerated_again()
    {
        await AppendAsync("a", Entry(1));
        var list = Journal.ListAsync(default);
        Assert.Equal((1, 1), (await list.CountAsync(), await list.CountAsync()));
    }
}
