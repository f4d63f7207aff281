using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

public sealed class RecordLogTests
{
    private readonly SimulatedDisk _disk = new();

    [Fact]
    public void Records_are_read_back_as_they_were_appended_also_after_opening_again()
    {
        var log = Open(_disk);
        _ = log.AppendAsync("a", [new(1, 2, 77, new byte[] { 1, 2, 3 }), new(4, 0, 78, default)], 0, 9);
        log.Commit();
        for (int pass = 0; pass < 2; pass++)
        {
            var records = log.Read("a").ToList();
            Assert.Equal([1L, 2L], records.Select(r => r.Sequence));
            Assert.Equal((1, 2, 77L, 9L), (records[0].Kind, records[0].Status, records[0].Time, records[0].Epoch));
            Assert.Equal((4, 0, 78L, 9L), (records[1].Kind, records[1].Status, records[1].Time, records[1].Epoch));
            Assert.Equal([1, 2, 3], records[0].Payload.ToArray());
            Assert.True(records[1].Payload.IsEmpty);
            Assert.Equal(records[1].Hash, log.Find("a")!.Value.Head);
            Assert.NotEqual(records[0].Hash, records[1].Hash);
            log.Close();
            log = Open(_disk);
        }

        log.Close();
    }

    [Fact]
    public void An_append_completes_only_when_it_is_written()
    {
        var log = Open(_disk);
        var append = log.AppendAsync("a", [Record("x")], 0, 1);
        Assert.False(append.IsCompleted);
        Assert.Null(log.Find("a"));
        Assert.Empty(log.Read("a"));
        log.Commit();
        Assert.True(append.IsCompletedSuccessfully);
        Assert.Equal(["x"], log.Texts("a"));
    }

    [Fact]
    public async Task A_writer_that_blocks_after_its_append_holds_up_no_other_of_its_batch()
    {
        const int Writers = 50;
        var log = Open(_disk, segmentBytes: 1 << 20);
        using var eighth = new ManualResetEventSlim();
        var woken = 0;
        var writers = Enumerable.Range(0, Writers).Select(async i =>
        {
            await log.AppendAsync($"run-{i}", [Record("x")], 0, 1).ConfigureAwait(false);

            // The first seven sit on their threads until the eighth has come.
            if (Interlocked.Increment(ref woken) == 8) eighth.Set();
            Assert.True(eighth.Wait(TimeSpan.FromSeconds(30)), "the writers behind a blocked one were not woken");
        }).ToArray();
        log.Commit();
        await Task.WhenAll(writers).Soon();
        log.Close();
    }

    [Fact]
    public void The_index_tells_of_every_run_its_last_record_and_status()
    {
        var log = Open(_disk);
        _ = log.AppendAsync("a", [new(1, 5, 1, default), new(2, 0, 2, default)], 0, 3);
        _ = log.AppendAsync("b", [new(16, 0x80, 3, default)], 0, 1);
        log.Commit();
        log.Close();
        log = Open(_disk);
        var runs = log.List().OrderBy(r => r.Run, StringComparer.Ordinal).ToList();
        Assert.Equal(["a", "b"], runs.Select(r => r.Run));
        Assert.Equal((2L, 3L, 2, 5, 2L, false), (runs[0].Sequence, runs[0].Epoch, runs[0].Kind, runs[0].Status, runs[0].Time, runs[0].HasEnded));
        Assert.True(runs[1].HasEnded);
        Assert.Equal(3, log.Report.Records);
    }

    [Fact]
    public void Reading_can_begin_behind_any_record()
    {
        var log = Open(_disk);
        for (int i = 1; i <= 40; i++)
        {
            log.Write("a", $"a{i}");
            log.Write("b", $"b{i}");
        }

        _ = log.AppendAsync("a", [Record("a41"), Record("a42"), Record("a43")], 40, 1);
        log.Commit();
        string[] all = [.. Enumerable.Range(1, 43).Select(i => $"a{i}")];
        for (int after = 0; after <= 44; after++) Assert.Equal(all.Skip(after), log.Texts("a", after));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void An_append_with_another_sequence_than_the_last_is_refused_and_leaves_no_trace(long expected)
    {
        var log = Open(_disk);
        log.Write("a", "1");
        log.Write("a", "2");
        int length = _disk.Content("00000001-0.seg").Length;
        var refused = Assert.Throws<JournalSequenceException>(() => { _ = log.AppendAsync("a", [Record("x")], expected, 1); });
        Assert.Equal((RunId.Parse("a"), expected, 2), (refused.RunId, refused.ExpectedSequence, refused.ActualSequence));
        Assert.False(log.Commit());
        Assert.Equal(length, _disk.Content("00000001-0.seg").Length);
        log.Write("a", "3");
    }

    [Fact]
    public void The_check_sees_appends_that_are_still_in_the_queue()
    {
        var log = Open(_disk);
        _ = log.AppendAsync("a", [Record("1"), Record("2")], 0, 1);
        Assert.Throws<JournalSequenceException>(() => { _ = log.AppendAsync("a", [Record("x")], 0, 1); });
        _ = log.AppendAsync("a", [Record("3")], 2, 1);
        log.Commit();
        Assert.Equal(["1", "2", "3"], log.Texts("a"));
    }

    [Fact]
    public void A_run_that_does_not_exist_is_not_created_by_a_refused_append()
    {
        var log = Open(_disk);
        Assert.Equal(0, Assert.Throws<JournalSequenceException>(() => { _ = log.AppendAsync("a", [Record("x")], 4, 1); }).ActualSequence);
        Assert.Null(log.Find("a"));
        Assert.Empty(log.List());
    }

    [Fact]
    public void An_append_under_an_older_epoch_is_refused_also_after_opening_again()
    {
        var log = Open(_disk);
        log.Write("a", "1", epoch: 2);
        log.Write("a", "2", epoch: 5);
        for (int pass = 0; pass < 2; pass++)
        {
            var refused = Assert.Throws<JournalFencedException>(() => { _ = log.AppendAsync("a", [Record("x")], 2, 4); });
            Assert.Equal((4, 5), (refused.Epoch, refused.CurrentEpoch));
            log.Close();
            log = Open(_disk);
        }

        log.Write("a", "3", epoch: 5);
    }

    [Fact]
    public void What_is_too_large_is_refused_before_anything_is_written()
    {
        var log = RecordLog.Open(LogWorkload.Options(_disk) with { MaxPayloadBytes = 1000, MaxAppendBytes = 3000 });
        var payload = Assert.Throws<JournalPayloadTooLargeException>(() => { _ = log.AppendAsync("a", [Record("x"), Record(new string('x', 1001))], 0, 1); });
        Assert.Equal((1001, 1000), (payload.Bytes, payload.Limit));
        Assert.Contains("entry 2", payload.Message, StringComparison.Ordinal);
        var append = Assert.Throws<JournalPayloadTooLargeException>(() => { _ = log.AppendAsync("a", [.. Enumerable.Repeat(Record(new string('x', 1000)), 3)], 0, 1); });
        Assert.Equal(3000, append.Limit);
        Assert.False(log.Commit());
        log.Write("a", new string('x', 1000));
    }

    [Fact]
    public void Names_that_cannot_be_kept_are_refused()
    {
        var log = Open(_disk);
        Assert.Throws<ArgumentException>(() => { _ = log.AppendAsync("", [Record("x")], 0, 1); });
        Assert.Throws<ArgumentException>(() => { _ = log.AppendAsync(new string('x', 201), [Record("x")], 0, 1); });
        Assert.Throws<ArgumentException>(() => { _ = log.AppendAsync("\ud800", [Record("x")], 0, 1); });
        Assert.Throws<ArgumentException>(() => { _ = log.AppendAsync("a", [], 0, 1); });
        Assert.False(log.Commit());
        string longest = new('\u20ac', 200);
        log.Write(longest, "x");
        log.Close();
        Assert.Equal(["x"], Open(_disk).Texts(longest));
    }

    [Fact]
    public void Names_are_compared_byte_by_byte()
    {
        var log = Open(_disk);
        string[] names = ["\u00e9", "e\u0301", "i", "I", "\u0131", "a\0b", "\ud83d\ude00"];
        foreach (string name in names) log.Write(name, name);
        log.Close();
        log = Open(_disk);
        foreach (string name in names) Assert.Equal([name], log.Texts(name));
    }

    [Fact]
    public void A_batch_goes_to_a_new_segment_when_the_old_one_is_full_and_a_large_append_has_one_to_itself()
    {
        var log = Open(_disk);
        log.Write("a", new string('x', 2000));
        log.Write("a", new string('y', 2000));
        log.Write("b", new string('z', 20_000));
        log.Write("a", "end");
        Assert.Equal(4, _disk.Names.Count(n => n.EndsWith(".seg", StringComparison.Ordinal)));
        log.Close();
        log = Open(_disk);
        Assert.Equal(["x", "y", "e"], log.Texts("a").Select(t => t[..1]));
        Assert.Equal(20_000, log.Texts("b").Single().Length);
        Assert.Equal(4, log.Report.Segments);
    }

    [Fact]
    public void A_closed_log_refuses_appends_and_had_written_what_it_took()
    {
        var log = Open(_disk);
        var append = log.AppendAsync("a", [Record("x")], 0, 1);
        log.Close();
        Assert.True(append.IsCompletedSuccessfully);
        Assert.Throws<ObjectDisposedException>(() => { _ = log.AppendAsync("a", [Record("y")], 1, 1); });
        Assert.Equal(["x"], Open(_disk).Texts("a"));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_append_where_it_is()
    {
        var log = Open(_disk);
        using var source = new CancellationTokenSource();
        var append = log.AppendAsync("a", [Record("x")], 0, 1, cancellationToken: source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        log.Commit();
        Assert.Equal(["x"], log.Texts("a"));
        Assert.Throws<OperationCanceledException>(() => { _ = log.AppendAsync("a", [Record("y")], 1, 1, cancellationToken: source.Token); });
        Assert.False(log.Commit());
    }

    [Fact]
    public void The_log_counts_how_often_it_was_opened()
    {
        var log = Open(_disk);
        Assert.True(log.Report.IsNew);
        long first = log.Report.Epoch;
        log.Close();
        log = Open(_disk);
        Assert.False(log.Report.IsNew);
        Assert.Equal(first + 1, log.Report.Epoch);
    }

    [Fact]
    public void Options_out_of_range_name_option_and_value()
    {
        var refused = Assert.Throws<InvalidOptionException>(() => RecordLog.Open(LogWorkload.Options(_disk, segmentBytes: 100)));
        Assert.Equal("RecordLogOptions.SegmentBytes", refused.Option);
        Assert.Equal(100, refused.Value);
    }
}
