using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

public sealed class RetentionTests
{
    private readonly SimulatedDisk _disk = new();

    [Fact]
    public void A_run_that_has_not_ended_cannot_be_removed()
    {
        var log = Open(_disk);
        log.Write("a", "x");
        Assert.Equal(RunId.Parse("a"), Assert.Throws<JournalRunOpenException>(() => { _ = log.RemoveAsync("a", 1, 1, 0); }).RunId);
        Assert.False(log.Commit());
    }

    [Fact]
    public void A_removal_is_checked_like_an_append()
    {
        var log = Open(_disk);
        log.Write("a", "x", epoch: 3, status: 0x80);
        Assert.Throws<JournalSequenceException>(() => { _ = log.RemoveAsync("a", 0, 3, 0); });
        Assert.Throws<JournalFencedException>(() => { _ = log.RemoveAsync("a", 1, 2, 0); });
        Assert.Throws<JournalSequenceException>(() => { _ = log.RemoveAsync("unknown", 1, 2, 0); });
    }

    [Fact]
    public void A_removed_run_is_gone_keeps_its_last_hash_and_its_name_is_not_used_again()
    {
        var log = Open(_disk);
        log.Write("a", "x");
        log.Write("a", "y", status: 0x80);
        var head = log.Find("a")!.Value.Head;
        _ = log.RemoveAsync("a", 2, 1, 9);
        log.Commit();
        for (int pass = 0; pass < 3; pass++)
        {
            Assert.DoesNotContain(log.List(), r => r.Run == "a");
            Assert.Empty(log.Read("a"));
            Assert.True(log.Find("a")!.Value.IsRemoved);
            Assert.Throws<JournalRemovedException>(() => { _ = log.AppendAsync("a", [Record("z")], 0, 1); });
            Assert.Throws<JournalRemovedException>(() => { _ = log.RemoveAsync("a", 3, 1, 0); });
            Assert.Contains(_disk.Names, n => Contains(_disk.Content(Path.GetFileName(n)), head));
            if (pass == 1) Rotate(log);
            log.Compact();
            log.Close();
            log = Open(_disk);
        }
    }

    [Fact]
    public void Compaction_frees_the_space_of_removed_runs_and_keeps_all_others_with_their_hashes()
    {
        var log = Open(_disk);
        for (int i = 0; i < 60; i++)
        {
            log.Write($"gone-{i % 5}", new string('g', 700), status: 0x80);
            log.Write($"kept-{i % 3}", $"{i}");
        }

        var heads = Enumerable.Range(0, 3).ToDictionary(i => $"kept-{i}", i => log.Find($"kept-{i}")!.Value.Head);
        long before = SizeOfSegments();
        for (int i = 0; i < 5; i++) _ = log.RemoveAsync($"gone-{i}", 12, 1, 0);
        log.Commit();
        var report = log.Compact();
        Assert.True(report.RewrittenSegments > 5, $"{report}");
        Assert.True(report.WrittenSegments <= 6, $"{report}");
        Assert.InRange(SizeOfSegments(), 1, before / 3);
        Assert.True(log.Compact().RewrittenSegments < report.RewrittenSegments);
        log.Compact();
        Assert.Equal(default, log.Compact());
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(Enumerable.Range(0, 60).Where(n => n % 3 == i).Select(n => $"{n}"), log.Texts($"kept-{i}"));
                Assert.Equal(heads[$"kept-{i}"], log.Find($"kept-{i}")!.Value.Head);
            }

            log.Close();
            log = Open(_disk);
        }

        log.Write("kept-0", "more");
        Assert.Equal("more", log.Texts("kept-0").Last());
    }

    [Fact]
    public async Task Trimming_removes_what_has_ended_and_is_expired_and_keeps_the_rest()
    {
        await using var log = RecordLog.Open(LogWorkload.Options(_disk) with { CommitsByHand = false });
        for (int i = 0; i < 30; i++)
        {
            byte status = i % 3 == 0 ? (byte)1 : NewRecord.Ended;
            await log.AppendAsync($"run-{i}", [new NewRecord(3, status, i, new byte[600])], 0, 1);
        }

        var report = await log.TrimAsync(run => run.Time < 20, 0);
        Assert.True(report.FreedBytes > 5000, $"{report}");
        Assert.Equal(Enumerable.Range(0, 30).Where(i => i % 3 == 0 || i >= 20).Select(i => $"run-{i}").Order(), log.List().Select(r => r.Run).Order());
    }

    [Fact]
    public void Segments_with_nothing_but_removed_runs_vanish()
    {
        var log = Open(_disk);
        for (int i = 0; i < 20; i++) log.Write("gone", new string('g', 1000), status: 0x80);
        Rotate(log);
        _ = log.RemoveAsync("gone", 20, 1, 0);
        log.Commit();
        log.Compact();
        log.Write("kept", "x");
        log.Close();
        log = Open(_disk);
        Assert.True(log.Report.Segments <= 3, $"{log.Report}");
        Assert.Equal("x", log.Texts("kept").Last());
    }

    [Fact]
    public void A_reader_goes_on_when_compaction_moves_what_it_reads()
    {
        var log = Open(_disk);
        for (int i = 0; i < 60; i++)
        {
            log.Write("gone", new string('g', 700), status: 0x80);
            log.Write("kept", $"{i}");
        }

        _ = log.RemoveAsync("gone", 60, 1, 0);
        log.Commit();
        var read = new List<string>();
        foreach (var record in log.Read("kept"))
        {
            read.Add(System.Text.Encoding.UTF8.GetString(record.Payload.Span));
            if (read.Count == 10) Assert.True(log.Compact().RewrittenSegments > 0);
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}"), read);
    }

    [Fact]
    public void Removal_while_a_compaction_copies_is_not_lost()
    {
        var files = new ObservedFileSystem(_disk);
        var log = Open(files);
        for (int i = 0; i < 20; i++)
        {
            log.Write("first", new string('f', 700), status: 0x80);
            log.Write("second", new string('s', 300), status: 0x80);
        }

        _ = log.RemoveAsync("first", 20, 1, 0);
        log.Commit();
        bool isRemoved = false;
        files.Before = operation =>
        {
            if (isRemoved || operation.ToString() != "Create segment draft") return;
            isRemoved = true;
            _ = log.RemoveAsync("second", 20, 1, 0);
            log.Commit();
        };
        log.Compact();
        Assert.True(isRemoved);
        Assert.Empty(log.List());
        Assert.True(log.Compact().FreedBytes > 1000);
        log.Close();
        Assert.Empty(Open(_disk).List());
    }

    private static void Rotate(RecordLog log)
    {
        for (int i = 0; i < 2; i++) log.Write($"filler {log.Report.Epoch}", new string('f', 3500));
    }

    private static bool Contains(byte[] content, ReadOnlySpan<byte> part) => content.AsSpan().IndexOf(part) >= 0;

    private long SizeOfSegments() => _disk.Names.Where(n => n.EndsWith(".seg", StringComparison.Ordinal)).Sum(n => _disk.Content(Path.GetFileName(n)).LongLength);
}
