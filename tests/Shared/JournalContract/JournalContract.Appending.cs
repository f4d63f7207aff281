using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    [Fact]
    public async Task An_entry_is_read_back_as_it_was_appended()
    {
        await AppendAsync("r", Entry(1, """{"path":"claims","value":1}""", JournalEntryKind.RunStarted));
        AssertSame([Entry(1, """{"path":"claims","value":1}""", JournalEntryKind.RunStarted)], await ReadAsync("r"));
    }

    [Fact]
    public async Task A_batch_is_read_back_in_order()
    {
        await AppendAsync("r", Entries(1, 10));
        AssertSame(Entries(1, 10), await ReadAsync("r"));
    }

    [Fact]
    public async Task Batches_follow_each_other()
    {
        await AppendAsync("r", Entries(1, 3));
        await AppendAsync("r", Entries(4, 1));
        await AppendAsync("r", Entries(5, 6));
        AssertSame(Entries(1, 10), await ReadAsync("r"));
    }

    [Fact]
    public async Task Sequences_have_no_gaps_after_many_appends()
    {
        for (var i = 1; i <= 200; i++) await AppendAsync("r", Entry(i));
        Assert.Equal(Enumerable.Range(1, 200), (await ReadAsync("r")).Select(entry => entry.Sequence));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(5000)]
    public async Task A_batch_may_be_large(int count)
    {
        await AppendAsync("r", Entries(1, count));
        AssertSame(Entries(1, count), await ReadAsync("r"));
    }

    [Fact]
    public async Task Nothing_is_appended_by_an_empty_batch()
    {
        await AppendAsync("r");
        Assert.Empty(await ReadAsync("r"));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task An_empty_batch_takes_no_run_over()
    {
        await AppendAsync("r", Entry(1));
        await AppendAsync("r", epoch: 9);
        await AppendAsync("r", Entry(2));
        Assert.Equal(2, await LengthAsync("r"));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public async Task A_batch_whose_entries_are_not_consecutive_is_refused_as_a_whole(int first, int second)
    {
        if (first == 2) await AppendAsync("r", Entry(1));
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync("r", 1, Entry(first), Entry(second)));
        Assert.Equal(first == 2 ? 1 : 0, await LengthAsync("r"));
    }

    [Fact]
    public async Task The_writer_may_use_its_buffer_again()
    {
        var body = "{\"a\":1}"u8.ToArray();
        await AppendAsync("r", Entry(1) with { Body = body });
        body.AsSpan().Clear();
        Assert.Equal("{\"a\":1}", Text((await ReadAsync("r"))[0]));
    }

    [Fact]
    public async Task The_writer_may_use_its_list_again()
    {
        var entries = new List<StoredEntry> { Entry(1) };
        await Journal.AppendAsync(Id("r"), 1, entries, default);
        entries.Clear();
        Assert.Equal(1, await LengthAsync("r"));
    }

    [Fact]
    public async Task The_reader_may_change_what_it_got()
    {
        await AppendAsync("r", Entry(1, "{\"a\":1}"));
        var read = (await ReadAsync("r"))[0];
        if (System.Runtime.InteropServices.MemoryMarshal.TryGetArray(read.Body, out var bytes)) bytes.AsSpan().Clear();
        Assert.Equal("{\"a\":1}", Text((await ReadAsync("r"))[0]));
    }

    [Fact]
    public async Task Runs_do_not_mix()
    {
        for (var i = 1; i <= 5; i++)
        {
            await AppendAsync("a", Entry(i, "\"a\""));
            await AppendAsync("b", Entry(i, "\"b\""));
        }

        Assert.All(await ReadAsync("a"), entry => Assert.Equal("\"a\"", Text(entry)));
        Assert.All(await ReadAsync("b"), entry => Assert.Equal("\"b\"", Text(entry)));
        Assert.Equal((5, 5), (await LengthAsync("a"), await LengthAsync("b")));
    }

    [Fact]
    public async Task An_append_without_entries_to_look_at_is_refused() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => Journal.AppendAsync(Id("r"), 1, null!, default).AsTask());

    [Fact]
    public async Task A_run_without_an_id_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(default, 1, Entries(1, 1), default).AsTask());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_negative_epoch_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AppendAsync("r", -1, Entry(1)));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_cancelled_writer_writes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.AppendAsync(Id("r"), 1, Entries(1, 1), new(true)).AsTask());
        Assert.Empty(await ReadAsync("r"));
        await AppendAsync("r", Entry(1));
    }

    [Fact]
    public async Task A_token_that_is_not_cancelled_changes_nothing()
    {
        using var source = new CancellationTokenSource();
        await Journal.AppendAsync(Id("r"), 1, Entries(1, 2), source.Token);
        Assert.Equal(2, (await Journal.ReadAsync(Id("r"), 0, source.Token)).Count);
    }
}
