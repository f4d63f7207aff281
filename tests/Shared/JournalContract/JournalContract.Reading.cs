using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    [Fact]
    public async Task An_unknown_run_has_no_entries()
    {
        Assert.Empty(await ReadAsync("nobody"));
        Assert.Empty(await ReadAsync("nobody", 5));
    }

    [Fact]
    public async Task Reading_makes_no_run()
    {
        await ReadAsync("nobody");
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(int.MaxValue)]
    public async Task Reading_begins_behind_a_sequence(int after)
    {
        await AppendAsync("r", Entries(1, 4));
        await AppendAsync("r", Entries(5, 6));
        AssertSame(Entries(1, 10).Where(entry => entry.Sequence > after), await ReadAsync("r", after));
    }

    [Fact]
    public async Task An_entry_says_under_which_epoch_it_was_written()
    {
        await AppendAsync("r", 1, Entries(1, 2));
        await AppendAsync("r", 4, Entry(3));
        Assert.Equal([1, 1, 4], (await ReadAsync("r")).Select(entry => entry.Epoch));
    }

    [Fact]
    public async Task The_epoch_that_an_appended_entry_says_does_not_matter()
    {
        await AppendAsync("r", 2, Entry(1) with { Epoch = 99 });
        Assert.Equal(2, (await ReadAsync("r"))[0].Epoch);
    }

    [Fact]
    public async Task What_was_read_stays_what_it_is()
    {
        await AppendAsync("r", Entry(1));
        var read = await ReadAsync("r");
        await AppendAsync("r", Entry(2));
        Assert.Single(read);
    }

    [Fact]
    public async Task An_acknowledged_append_is_seen_by_every_later_reader()
    {
        for (var i = 1; i <= 50; i++)
        {
            await AppendAsync("r", Entry(i));
            Assert.Equal(i, await LengthAsync("r"));
            Assert.Equal(i, Assert.Single(await ListAsync()).Sequence);
        }
    }

    [Fact]
    public async Task A_cancelled_reader_reads_nothing()
    {
        await AppendAsync("r", Entry(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.ReadAsync(Id("r"), 0, new(true)).AsTask());
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(638_912_345_678_901_237L)]
    [InlineData(3_155_378_975_999_999_999L)]
    public async Task Times_are_kept_to_the_tick(long ticks)
    {
        await AppendAsync("r", Entry(1) with { Time = new(ticks, TimeSpan.Zero) });
        Assert.Equal(new DateTimeOffset(ticks, TimeSpan.Zero), (await ReadAsync("r"))[0].Time);
    }

    [Fact]
    public async Task A_time_of_another_zone_is_the_same_instant()
    {
        var time = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(-11));
        await AppendAsync("r", Entry(1) with { Time = time });
        Assert.Equal(time.UtcTicks, (await ReadAsync("r"))[0].Time.UtcTicks);
    }

    [Fact]
    public async Task Times_need_not_be_in_order()
    {
        await AppendAsync("r", Entry(1) with { Time = Noon }, Entry(2) with { Time = Noon.AddDays(-1) });
        Assert.Equal([Noon, Noon.AddDays(-1)], (await ReadAsync("r")).Select(entry => entry.Time));
    }
}
