using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 7)]
    [InlineData(3, 3)]
    [InlineData(3, 1)]
    [InlineData(3, 5)]
    [InlineData(3, 100)]
    public async Task An_append_at_another_place_than_the_end_is_refused(int length, int sequence)
    {
        if (length > 0) await AppendAsync("r", Entries(1, length));
        var conflict = await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entry(sequence, "\"other\"")));
        Assert.Equal((Id("r"), sequence - 1, length), (conflict.RunId, conflict.ExpectedSequence, conflict.ActualSequence));
        AssertSame(Entries(1, length), await ReadAsync("r"));
    }

    [Fact]
    public async Task The_same_append_twice_is_there_once()
    {
        await AppendAsync("r", Entries(1, 2));
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entries(1, 2)));
        AssertSame(Entries(1, 2), await ReadAsync("r"));
    }

    [Fact]
    public async Task A_refused_batch_leaves_nothing_of_itself()
    {
        await AppendAsync("r", Entries(1, 2));
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entries(2, 50)));
        AssertSame(Entries(1, 2), await ReadAsync("r"));
    }

    [Fact]
    public async Task A_refused_first_append_makes_no_run()
    {
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entry(2)));
        Assert.Empty(await ListAsync());
        await AppendAsync("r", Entry(1));
    }

    [Fact]
    public async Task After_a_refusal_the_right_append_goes_on()
    {
        await AppendAsync("r", Entry(1));
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 1, Entry(3)));
        await AppendAsync("r", Entry(2));
        Assert.Equal(2, await LengthAsync("r"));
    }

    [Fact]
    public async Task A_newer_epoch_takes_the_run_over()
    {
        await AppendAsync("r", 1, Entry(1));
        await AppendAsync("r", 2, Entry(2));
        var fenced = await Assert.ThrowsAsync<JournalFencedException>(() => AppendAsync("r", 1, Entry(3)));
        Assert.Equal((Id("r"), 1, 2), (fenced.RunId, fenced.Epoch, fenced.CurrentEpoch));
        Assert.Equal(2, await LengthAsync("r"));
    }

    [Fact]
    public async Task Epochs_may_skip_numbers()
    {
        await AppendAsync("r", 3, Entry(1));
        await AppendAsync("r", 1_000_000_000_000, Entry(2));
        await Assert.ThrowsAsync<JournalFencedException>(() => AppendAsync("r", 999_999_999_999, Entry(3)));
        Assert.Equal(1_000_000_000_000, Assert.Single(await ListAsync()).Epoch);
    }

    [Fact]
    public async Task The_first_epoch_may_be_zero()
    {
        await AppendAsync("r", 0, Entry(1));
        await AppendAsync("r", 0, Entry(2));
        Assert.Equal(0, Assert.Single(await ListAsync()).Epoch);
    }

    [Fact]
    public async Task An_epoch_writes_as_often_as_it_likes()
    {
        for (var i = 1; i <= 5; i++) await AppendAsync("r", 7, Entry(i));
        Assert.Equal(5, await LengthAsync("r"));
    }

    [Fact]
    public async Task A_replaced_writer_is_told_so_even_at_a_wrong_place()
    {
        await AppendAsync("r", 1, Entry(1));
        await AppendAsync("r", 2, Entry(2));
        await Assert.ThrowsAsync<JournalFencedException>(() => AppendAsync("r", 1, Entry(2)));
    }

    [Fact]
    public async Task A_refused_newer_epoch_does_not_take_the_run_over()
    {
        await AppendAsync("r", 1, Entry(1));
        await Assert.ThrowsAsync<JournalSequenceException>(() => AppendAsync("r", 5, Entry(9)));
        await AppendAsync("r", 1, Entry(2));
        Assert.Equal(1, Assert.Single(await ListAsync()).Epoch);
    }

    [Fact]
    public async Task A_takeover_of_one_run_leaves_others_alone()
    {
        await AppendAsync("a", 1, Entry(1));
        await AppendAsync("b", 1, Entry(1));
        await AppendAsync("a", 2, Entry(2));
        await AppendAsync("b", 1, Entry(2));
        Assert.Equal(2, await LengthAsync("b"));
    }

    [Fact]
    public async Task Both_conflicts_are_one_kind_of_error_that_names_the_run()
    {
        await AppendAsync("order-17", 2, Entry(1));
        foreach (var (epoch, sequence) in new[] { (2L, 5), (1L, 2) })
        {
            var conflict = await Assert.ThrowsAnyAsync<JournalConflictException>(() => AppendAsync("order-17", epoch, Entry(sequence)));
            Assert.Equal(Id("order-17"), conflict.RunId);
            Assert.Contains("order-17", conflict.Message, StringComparison.Ordinal);
        }
    }
}
