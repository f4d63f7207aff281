using AgentFlow.Journaling.Files;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>The last batch, 64 KiB of it, is cut off at every byte, and the rest is missing, zero or anything.</summary>
public sealed class TornTailTests
{
    private const string Segment = "00000001-0.seg";
    private const int SegmentBytes = 1 << 20;
    private const int BatchBytes = 64 << 10;

    private readonly SimulatedDisk _written = new();
    private readonly byte[] _whole;
    private readonly int _start;

    public TornTailTests()
    {
        var log = Open(_written, SegmentBytes);
        for (int i = 0; i < 4; i++) log.Write($"run-{i % 2}", $"before {i}");
        _start = _written.Content(Segment).Length;
        int left = BatchBytes - FrameHeader.Size;
        for (int i = 0; left > 0; i++)
        {
            int overhead = RecordView.Overhead + $"run-{i}".Length;
            int payload = Math.Min(3000, left - overhead);
            if (left - overhead - payload < 200) payload = left - overhead;
            _ = log.AppendAsync($"run-{i}", [Record(new string('x', payload))], i < 2 ? 2 : 0, 1);
            left -= overhead + payload;
        }

        log.Commit();
        _whole = _written.Content(Segment);
        Assert.Equal(BatchBytes, _whole.Length - _start);
    }

    [Fact]
    public void A_truncated_batch_is_removed_and_nothing_else() => AtEveryOffset((content, offset) => content[..offset]);

    [Fact]
    public void A_batch_with_a_tail_of_zeros_is_removed_and_nothing_else() => AtEveryOffset((content, offset) =>
    {
        byte[] torn = new byte[content.Length];
        content.AsSpan(0, offset).CopyTo(torn);
        return torn;
    });

    [Fact]
    public void A_batch_with_a_tail_of_anything_is_removed_and_nothing_else()
    {
        byte[] noise = new byte[_whole.Length];
        new Random(7).NextBytes(noise);
        AtEveryOffset((content, offset) =>
        {
            byte[] torn = new byte[content.Length];
            content.AsSpan(0, offset).CopyTo(torn);
            noise.AsSpan(offset).CopyTo(torn.AsSpan(offset));
            return torn;
        });
    }

    [Fact]
    public void A_torn_tail_is_repaired_once_and_a_copy_is_kept()
    {
        byte[] torn = _whole[..^1000];
        var disk = Disk(torn);
        var log = Open(disk, SegmentBytes);
        Assert.Equal(torn.Length - _start, log.Report.TornBytes);
        Assert.Equal(torn, disk.Content(Path.GetFileName(log.Report.BrokenCopy!)));
        log.Write("run-0", "after");
        log.Close();
        log = Open(disk, SegmentBytes);
        Assert.Equal(0, log.Report.TornBytes);
        Assert.Null(log.Report.BrokenCopy);
        Assert.Equal(["before 0", "before 2", "after"], log.Texts("run-0"));
        Assert.Single(disk.Names, n => n.EndsWith(".broken", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_a_crash_left_are_deleted_and_all_others_kept()
    {
        var disk = Disk(_whole);
        string[] leftOvers = ["MANIFEST.tmp", Segment + ".tmp", "00000001-7.seg"];
        foreach (string name in leftOvers) disk.Put(name, "left over"u8);
        disk.Put("00000002-0.seg", new byte[SegmentHeader.Size]);
        disk.Put("notes.txt", "by somebody"u8);
        Open(disk, SegmentBytes);
        Assert.Equal([Segment, Manifest.FileName, "notes.txt"], disk.Names.Select(n => Path.GetFileName(n)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_torn_tail_has_a_copy_of_its_own()
    {
        var disk = Disk(_whole[..^1]);
        for (int i = 0; i < 3; i++)
        {
            // Opened, written to and cut off again, without ever being closed.
            var log = Open(disk, SegmentBytes);
            log.Write("again", "torn next time");
            byte[] content = disk.Content(Segment);
            disk = disk.Copy();
            disk.Put(Segment, content.AsSpan(0, content.Length - 1));
        }

        Open(disk, SegmentBytes);
        Assert.Equal(4, disk.Names.Count(n => n.EndsWith(".broken", StringComparison.Ordinal)));
    }

    private void AtEveryOffset(Func<byte[], int, byte[]> tear)
    {
        for (int offset = _start; offset < _whole.Length; offset++)
        {
            byte[] torn = tear(_whole, offset);
            var disk = Disk(torn);
            var log = Open(disk, SegmentBytes);
            bool isWhole = torn.AsSpan().SequenceEqual(_whole);
            int expected = isWhole ? 0 : torn.Length - _start;
            if (log.Report.TornBytes != expected) Assert.Fail($"cut at {offset}: {log.Report.TornBytes} bytes reported instead of {expected}");
            if (log.Find("run-0")!.Value.Sequence != (isWhole ? 3 : 2) || log.Find("run-1")!.Value.Sequence != (isWhole ? 3 : 2)) Assert.Fail($"cut at {offset}: a record is missing");
            if (log.Find("run-2") is not null != isWhole) Assert.Fail($"cut at {offset}: part of the batch is there");
            if (offset % 997 != 0 || isWhole) continue;
            Assert.Equal(["before 1", "before 3"], log.Texts("run-1"));
            if (expected > 0) Assert.Equal(torn, disk.Content(Path.GetFileName(log.Report.BrokenCopy!)));
        }
    }

    private SimulatedDisk Disk(byte[] segment)
    {
        var disk = new SimulatedDisk(canCrash: false);
        disk.Put(Manifest.FileName, _written.Content(Manifest.FileName));
        disk.Put(Segment, segment);
        return disk;
    }
}
