using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;
using AgentFlow.Tests.Scheduling;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

public sealed class FailingDiskTests
{
    private const int Eio = 5;
    private const int Enospc = 28;
    private const int Erofs = 30;
    private const int Eintr = 4;

    [Theory]
    [InlineData(Eio, false)]
    [InlineData(Eio, true)]
    [InlineData(Enospc, false)]
    [InlineData(Enospc, true)]
    [InlineData(Erofs, false)]
    [InlineData(Erofs, true)]
    public void Whichever_operation_fails_nothing_is_acknowledged_that_a_power_loss_takes(int error, bool forGood)
    {
        int failed = 0;
        for (int n = 1; ; n++)
        {
            var scenario = new FailureScenario(n, error, forGood);
            scenario.Run();
            if (!scenario.HasFailed) break;
            failed++;
            scenario.CheckAfterwards();
        }

        Assert.True(failed > 100, $"only {failed} operations were failed");
    }

    [Fact]
    public async Task A_sync_that_fails_fails_its_whole_batch_and_poisons_the_log()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk);
        log.Write("a", "1");
        disk.SyncError = _ => Eio;
        var batch = new[] { "a", "b", "c" }.Select(run => log.AppendAsync(run, [Record("x")], run == "a" ? 1 : 0, 1).AsTask()).ToArray();
        log.Commit();
        disk.SyncError = _ => 0;
        foreach (var append in batch)
        {
            var failure = await Assert.ThrowsAsync<JournalIOException>(() => append.WaitAsync(HangGuard.Limit));
            Assert.Equal(("fdatasync", Eio), (failure.Operation, failure.ErrorNumber));
        }

        var poisoned = Assert.Throws<JournalPoisonedException>(() => { _ = log.AppendAsync("d", [Record("x")], 0, 1); });
        Assert.IsType<JournalIOException>(poisoned.InnerException);
        Assert.Throws<JournalPoisonedException>(() => log.Compact());
        Assert.Equal(["1"], log.Texts("a"));
        Assert.NotNull(log.Fault);
        int length = disk.Content("00000001-0.seg").Length;
        log.Close();
        Assert.Equal(length, disk.Content("00000001-0.seg").Length);
    }

    [Fact]
    public async Task What_waits_in_the_queue_when_the_log_is_poisoned_is_refused()
    {
        var disk = new SimulatedDisk();
        var log = RecordLog.Open(LogWorkload.Options(disk) with { MaxBatchBytes = 1024, QueueCapacity = 2 });
        disk.SyncError = _ => Enospc;
        var appends = Enumerable.Range(0, 6).Select(i => log.AppendAsync($"{i}", [Record(new string('x', 900))], 0, 1).AsTask()).ToArray();
        while (log.Commit())
        {
        }

        await Assert.ThrowsAsync<JournalFullException>(() => appends[0].WaitAsync(HangGuard.Limit));
        foreach (var append in appends.Skip(1))
        {
            await Assert.ThrowsAsync<JournalPoisonedException>(() => append.WaitAsync(HangGuard.Limit));
        }
    }

    [Fact]
    public void What_only_the_page_cache_has_is_made_durable_before_anything_is_built_on_it()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk);
        log.Write("a", "acknowledged");
        disk.SyncError = _ => Eio;
        var uncertain = log.AppendAsync("a", [Record("uncertain")], 1, 1);
        log.Commit();
        Assert.True(uncertain.IsFaulted);
        disk.SyncError = _ => 0;
        log.Close();

        log = Open(disk);
        Assert.Equal(["acknowledged", "uncertain"], log.Texts("a"));
        log.Write("a", "after");
        for (int seed = 0; seed < 50; seed++)
        {
            var opened = Open(disk.Crash(new Random(seed)));
            Assert.Equal(["acknowledged", "uncertain", "after"], opened.Texts("a"));
        }
    }

    [Fact]
    public void A_compaction_without_space_leaves_the_log_working()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk);
        for (int i = 0; i < 20; i++) log.Write("gone", new string('g', 700), status: 0x80);
        _ = log.RemoveAsync("gone", 20, 1, 0);
        log.Commit();
        log.Write("kept", new string('k', 3000));
        disk.SyncError = path => path.EndsWith("-1.seg.tmp", StringComparison.Ordinal) ? Enospc : 0;
        Assert.Throws<JournalFullException>(() => log.Compact());
        log.Write("kept", "still working");
        disk.SyncError = _ => 0;
        Assert.True(log.Compact().FreedBytes > 0);
        Assert.Equal("still working", log.Texts("kept").Last());
    }

    [Fact]
    public async Task Who_lost_the_directory_in_spite_of_the_lock_stops_at_the_next_segment()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk);
        log.Write("a", "1");
        byte[] taken = disk.Content("00000001-0.seg");
        (SegmentHeader.Read(taken, "file") with { Epoch = 99 }).Write(taken);
        disk.Put("00000001-0.seg", taken);
        var append = log.AppendAsync("a", [Record(new string('x', 5000))], 1, 1);
        log.Commit();
        var stopped = await Assert.ThrowsAsync<JournalPoisonedException>(() => append.AsTask().WaitAsync(HangGuard.Limit));
        Assert.IsType<JournalLockedException>(stopped.InnerException);
        Assert.DoesNotContain("00000002-0.seg", disk.Names.Select(n => Path.GetFileName(n)));
    }

    [Fact]
    public void Writes_that_are_short_or_interrupted_give_the_same_bytes()
    {
        var origin = new SimulatedDisk();
        Open(origin).Close();
        var (calm, stormy) = (origin.Copy(), origin.Copy());
        var random = new Random(11);
        int interrupted = 0;
        var files = new ObservedFileSystem(stormy)
        {
            Shorten = length => random.Next(1, length + 1),
            Before = operation =>
            {
                if (operation.Call is not (DiskCall.Write or DiskCall.Sync) || random.Next(3) != 0) return;
                interrupted++;
                throw JournalIOException.From("any call", operation.Path, Eintr);
            },
        };
        var (first, second) = (Open(calm, 64 << 10), Open(files, 64 << 10));
        for (int i = 0; i < 10_000; i++)
        {
            first.Write($"run-{i % 7}", $"text {i}");
            second.Write($"run-{i % 7}", $"text {i}");
        }

        first.Close();
        second.Close();
        Assert.True(interrupted > 10_000);
        Assert.Equal(calm.Names.Order(), stormy.Names.Order());
        foreach (string name in calm.Names.Select(n => Path.GetFileName(n)))
        {
            Assert.True(calm.Content(name).AsSpan().SequenceEqual(stormy.Content(name)), name);
        }
    }
}
