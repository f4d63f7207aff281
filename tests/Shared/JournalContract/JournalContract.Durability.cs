using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    [Fact]
    public async Task What_was_acknowledged_is_there_in_the_next_process()
    {
        await AppendAsync("a", Entries(1, 3));
        await AppendAsync("b", Entries(1, 1));
        await ReopenAsync();
        AssertSame(Entries(1, 3), await ReadAsync("a"));
        AssertSame(Entries(1, 1), await ReadAsync("b"));
    }

    [Fact]
    public async Task The_next_process_appends_where_the_last_one_ended()
    {
        for (var process = 0; process < 5; process++)
        {
            await AppendAsync("r", Entries(1 + (process * 2), 2));
            await ReopenAsync();
        }

        AssertSame(Entries(1, 10), await ReadAsync("r"));
    }

    [Fact]
    public async Task The_list_is_the_same_in_the_next_process()
    {
        await AppendAsync("a", 3, Entry(1, kind: JournalEntryKind.RunStarted));
        await AppendAsync("b", 1, Entry(1, kind: JournalEntryKind.RunStarted), Entry(2, kind: JournalEntryKind.RunCompleted));
        var before = await ListAsync();
        await ReopenAsync();
        Assert.Equal(before.OrderBy(run => run.RunId.ToString(), StringComparer.Ordinal), (await ListAsync()).OrderBy(run => run.RunId.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_replaced_writer_stays_replaced_in_the_next_process()
    {
        await AppendAsync("r", 1, Entry(1));
        await AppendAsync("r", 5, Entry(2));
        await ReopenAsync();
        await Assert.ThrowsAsync<JournalFencedException>(() => AppendAsync("r", 4, Entry(3)));
        await AppendAsync("r", 5, Entry(3));
        Assert.Equal([1, 5, 5], (await ReadAsync("r")).Select(entry => entry.Epoch));
    }

    [Fact]
    public async Task A_wrong_place_is_refused_in_the_next_process()
    {
        await AppendAsync("r", Entries(1, 2));
        await ReopenAsync();
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entry(2)));
        AssertSame(Entries(1, 2), await ReadAsync("r"));
    }

    [Fact]
    public async Task What_was_refused_is_not_there_in_the_next_process()
    {
        await AppendAsync("r", Entry(1));
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entry(3)));
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("other", 1, Entry(3)));
        await ReopenAsync();
        Assert.Equal(1, Assert.Single(await ListAsync()).Sequence);
    }

    [Fact]
    public async Task An_empty_store_is_opened_again()
    {
        for (var i = 0; i < 3; i++) await ReopenAsync();
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Many_runs_are_there_in_the_next_process()
    {
        await Together(8, async writer =>
        {
            for (var i = 0; i < 250; i++) await AppendAsync($"r-{writer}-{i}", Entries(1, 1 + (i % 4)));
        });
        await ReopenAsync();
        Assert.Equal(2000, (await ListAsync()).Count);
        for (var i = 0; i < 250; i += 17) AssertSame(Entries(1, 1 + (i % 4)), await ReadAsync($"r-3-{i}"));
    }

    [Fact]
    public async Task A_long_run_is_there_in_the_next_process()
    {
        for (var i = 0; i < 20; i++) await AppendAsync("r", Entries(1 + (i * 250), 250));
        await ReopenAsync();
        AssertSame(Entries(1, 5000), await ReadAsync("r"));
        AssertSame(Entries(4321, 680), await ReadAsync("r", 4320));
    }
}
