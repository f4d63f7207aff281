using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;
using AgentFlow.Tests.Scheduling;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>Damage of what had been durable: the log does not open, says where, and changes nothing.</summary>
public sealed class DamageTests
{
    private const int MiddleBytes = 16 << 10;
    private const string First = "00000001-0.seg";
    private const string Second = "00000002-0.seg";

    [Fact]
    public void Every_flipped_bit_in_the_middle_of_the_last_segment_is_reported()
    {
        var disk = Written(MiddleBytes, 1 << 20);
        byte[] content = disk.Content(First);
        var frames = Frames(content);
        Assert.True(frames[^1].Start >= MiddleBytes, "the last frame has to lie behind the middle");

        // A refusal leaves the disk as it is, so that one serves for all of them.
        var damaged = disk.Copy(canCrash: false);
        var files = Watched(damaged);
        for (int bit = 0; bit < MiddleBytes * 8; bit++)
        {
            content[bit / 8] ^= (byte)(1 << (bit % 8));
            damaged.Put(First, content);
            var damage = Refusal(files);
            var frame = frames.Find(f => bit / 8 >= f.Start && bit / 8 < f.End);
            if (damage.Offset != frame.Start && (damage.Offset < frame.Start || damage.Offset >= frame.End)) Assert.Fail($"bit {bit}: {damage.Message}");
            content[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_zeroed_sector_in_the_middle_of_the_last_segment_is_reported()
    {
        var disk = Written(MiddleBytes, 1 << 20);
        byte[] whole = disk.Content(First);
        for (int sector = 0; sector < MiddleBytes / 512; sector++)
        {
            byte[] content = [.. whole];
            content.AsSpan(sector * 512, 512).Clear();
            Refusal(disk, First, content);
        }
    }

    [Fact]
    public void Every_damaged_byte_of_a_segment_that_is_full_is_reported_up_to_its_last()
    {
        var disk = Written(MiddleBytes, 4096);
        byte[] content = disk.Content(Second);
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 0x10;
            Refusal(disk, Second, content);
            content[i] ^= 0x10;
            if (i % 16 == 0) Refusal(disk, Second, content[..i]);
        }

        Refusal(disk, Second, [.. content, 0]);
    }

    [Fact]
    public void After_closing_damage_of_the_very_last_record_is_reported_too()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk);
        log.Write("a", "the last record");
        log.Close();
        byte[] content = disk.Content(First);
        var last = Frames(content)[^2];
        for (int i = last.Start; i < last.End; i++)
        {
            content[i] ^= 0x10;
            Refusal(disk, First, content);
            content[i] ^= 0x10;
        }
    }

    [Fact]
    public async Task After_a_while_without_appends_damage_of_the_very_last_record_is_reported_too()
    {
        var disk = new SimulatedDisk();
        var ticked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var files = new ObservedFileSystem(disk);
        var time = new AgentFlow.Testing.VirtualTimeProvider();
        var log = RecordLog.Open(LogWorkload.Options(files) with { CommitsByHand = false, TimeProvider = time });
        await log.AppendAsync("a", [Record("the last record")], 0, 1).AsTask().WaitAsync(HangGuard.Limit);
        int length = disk.Content(First).Length;
        files.After = operation =>
        {
            if (operation.Call == DiskCall.Sync) ticked.TrySetResult();
        };
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        await ticked.Task.WaitAsync(HangGuard.Limit);
        byte[] content = disk.Content(First);
        Assert.Equal(length + FrameHeader.Size, content.Length);
        content[length - 20] ^= 1;
        Refusal(disk, First, content);
        time.Advance(TimeSpan.FromSeconds(10));
        await log.DisposeAsync();
        Assert.Equal(length + FrameHeader.Size, disk.Content(First).Length);
    }

    [Fact]
    public void The_run_that_is_hit_is_named()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk, 1 << 20);
        log.Write("a", "one");
        log.Write("b", "one");
        _ = log.AppendAsync("a", [Record("innocent")], 1, 1);
        _ = log.AppendAsync("b", [Record("damaged here")], 1, 1);
        _ = log.AppendAsync("a", [Record("innocent")], 2, 1);
        log.Commit();
        log.Write("c", "end");
        byte[] content = disk.Content(First);
        int at = content.AsSpan().IndexOf("damaged"u8);
        content[at] ^= 1;
        var damage = Refusal(disk, First, content);
        Assert.Equal("b", damage.Run);
        Assert.Contains("'b'", damage.Message, StringComparison.Ordinal);
        Assert.Equal(Frames(content, 4)[3].Start, damage.Offset);
    }

    [Fact]
    public void A_damaged_early_batch_of_the_last_segment_is_not_taken_for_a_torn_tail()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk, 1 << 20);
        for (int i = 0; i < 5; i++) log.Write("a", new string('x', 700));
        byte[] content = disk.Content(First);
        var frames = Frames(content);
        content.AsSpan((frames[2].Start / 512 * 512) + 512, 512).Clear();
        Assert.Contains("proves", Refusal(disk, First, content).What, StringComparison.Ordinal);

        // The proof is the head of a later frame: it also counts when the body of that frame is torn.
        Refusal(disk, First, content[..(frames[4].Start + FrameHeader.Size)]);
    }

    [Fact]
    public void Frames_that_were_swapped_doubled_or_cut_out_are_reported()
    {
        var disk = Written(2000, 1 << 20);
        byte[] c = disk.Content(First);
        var f = Frames(c);
        byte[] Part(int i) => c[f[i].Start..f[i].End];
        byte[] head = c[..f[1].Start];
        Refusal(disk, First, [.. head, .. Part(2), .. Part(1), .. c[f[3].Start..]]);
        Refusal(disk, First, [.. head, .. Part(1), .. Part(1), .. c[f[2].Start..]]);
        Refusal(disk, First, [.. head, .. c[f[2].Start..]]);
        Refusal(disk, First, [.. c, .. Part(f.Count - 1)]);
        Refusal(disk, First, [.. c, .. Part(1)]);
    }

    [Fact]
    public void Records_that_were_changed_removed_or_moved_with_right_checksums_are_reported()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk, 1 << 20);
        for (int i = 0; i < 4; i++) log.Write("a", $"amount {i}");
        log.Write("b", "amount 9");
        byte[] content = disk.Content(First);

        byte[] changed = [.. content];
        changed[changed.AsSpan().IndexOf("amount 2"u8) + 7] = (byte)'7';
        var damage = Refusal(disk, First, Resealed(changed));
        Assert.Equal(("a", "entry 3 does not match its hash"), (damage.Run, damage.What));

        var f = Frames(content);
        Assert.Equal("a", Refusal(disk, First, Resealed([.. content[..f[2].Start], .. content[f[3].Start..]])).Run);
        Assert.Equal("a", Refusal(disk, First, Resealed([.. content, .. content[f[2].Start..f[3].End]])).Run);

        byte[] moved = [.. content];
        moved[moved.AsSpan().LastIndexOf("b"u8)] = (byte)'a';
        Refusal(disk, First, Resealed(moved));
    }

    [Fact]
    public void Records_of_an_owner_that_had_been_replaced_are_reported()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk, 1 << 20);
        log.Write("a", "by the new owner", epoch: 5);
        byte[] content = disk.Content(First);
        var encoder = new RecordEncoder(LogWorkload.Options(disk));
        var late = new AppendRequest(new RunState("a"), encoder.Encode("a", null, [Record("by the old owner")], 1, epoch: 4), 1, encoder.Pool);
        late.Chain(new RunTail { Sequence = 1, Head = log.Find("a")!.Value.Head });
        byte[] frame = new byte[FrameHeader.Size + FrameHeader.Padded(late.Length)];
        late.Records.CopyTo(frame.AsSpan(FrameHeader.Size));
        BitConverter.TryWriteBytes(frame.AsSpan(4), frame.Length - FrameHeader.Size);
        BitConverter.TryWriteBytes(frame.AsSpan(28), 1);
        Assert.Contains("epoch 4 after epoch 5", Refusal(disk, First, Resealed([.. content, .. frame])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_is_missing_renamed_swapped_or_from_elsewhere_is_reported()
    {
        var disk = Written(MiddleBytes, 4096);
        string active = disk.Names.Select(n => Path.GetFileName(n)).Where(n => n.EndsWith(".seg", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        foreach (string name in new[] { First, Second, active })
        {
            var without = disk.Copy();
            without.Remove(name);
            Assert.EndsWith(name, Refusal(without).File, StringComparison.Ordinal);
            without.Put("00000099-0.seg", disk.Content(name));
            Refusal(without);
        }

        Refusal(disk, First, disk.Content(Second));
        Refusal(disk, First, Written(MiddleBytes, 4096).Content(First));
        Refusal(disk, active, Written(MiddleBytes, 4096).Content(active));
        var more = disk.Copy();
        more.Put("00000099-0.seg", disk.Content(active));
        Refusal(more);
    }

    [Fact]
    public void A_manifest_that_is_missing_damaged_or_older_is_reported()
    {
        var disk = Written(2000, 4096);
        byte[] older = disk.Content(Manifest.FileName);
        var log = Open(disk);
        for (int i = 0; i < 8; i++) log.Write("more", new string('x', 1500));
        Refusal(disk, Manifest.FileName, older);
        Refusal(disk, Manifest.FileName, disk.Content(Manifest.FileName)[..^1]);
        var without = disk.Copy();
        without.Remove(Manifest.FileName);
        Assert.EndsWith(Manifest.FileName, Refusal(without).File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_is_refused_and_nothing_is_changed()
    {
        var disk = Written(2000, 1 << 20);
        byte[] content = disk.Content(First);
        content[8] = 2;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(SegmentHeader.Size - 4), Crc32C.Append(0, content.AsSpan(0, SegmentHeader.Size - 4)));
        var newer = disk.Copy();
        newer.Put(First, content);
        Assert.Equal(2, Assert.Throws<JournalVersionException>(() => Open(newer)).Version);
        Assert.Equal(content, newer.Content(First));
    }

    [Fact]
    public void A_record_that_rots_while_the_log_is_open_is_not_returned()
    {
        var disk = new SimulatedDisk();
        var log = Open(disk);
        log.Write("a", "one");
        log.Write("a", "two");
        using (var file = disk.Open(Path.Combine(SimulatedDisk.Directory, First)))
        {
            file.Write("T"u8, disk.Content(First).AsSpan().IndexOf("two"u8));
        }

        using var records = log.Read("a").GetEnumerator();
        Assert.True(records.MoveNext());
        Assert.Equal("a", Assert.Throws<JournalCorruptException>(() => records.MoveNext()).Run);
    }

    private static SimulatedDisk Written(int bytes, int segmentBytes)
    {
        var disk = new SimulatedDisk();
        var log = Open(disk, segmentBytes);
        var random = new Random(3);
        int written = 0;
        for (int i = 0; written < bytes; i++)
        {
            string text = new('x', random.Next(400));
            log.Write($"run-{i % 4}", text);
            written += text.Length + RecordView.Overhead;
        }

        for (int i = 0; i < 2; i++) log.Write("end", "x");
        return disk.Copy(canCrash: false);
    }

    private static List<(int Start, int End)> Frames(byte[] content, int most = int.MaxValue)
    {
        List<(int Start, int End)> frames = [(0, SegmentHeader.Size)];
        while (frames.Count < most && frames[^1].End < content.Length)
        {
            int start = frames[^1].End;
            frames.Add((start, start + FrameHeader.Size + BitConverter.ToInt32(content, start + 4)));
        }

        return frames;
    }

    /// <summary>Puts right numbers, links and checksums on frames, as somebody with the code could.</summary>
    private static byte[] Resealed(byte[] content)
    {
        var header = SegmentHeader.Read(content, "file");
        var (lsn, link) = (header.BaseLsn, header.Salt);
        foreach (var (start, end) in Frames(content).Skip(1))
        {
            int count = BitConverter.ToInt32(content, start + 28);
            link = FrameHeader.Seal(content.AsSpan(start, end - start), header.Salt, lsn, lsn - 1, link, count);
            lsn++;
        }

        return content;
    }

    private static JournalCorruptException Refusal(SimulatedDisk disk, string name, byte[] content)
    {
        var damaged = disk.Copy(canCrash: false);
        damaged.Put(name, content);
        return Refusal(damaged);
    }

    private static ObservedFileSystem Watched(SimulatedDisk damaged) => new(damaged)
    {
        Before = operation =>
        {
            if (operation.IsChange) Assert.Fail($"{operation} on a damaged log");
        },
    };

    private static JournalCorruptException Refusal(SimulatedDisk damaged) => Refusal(Watched(damaged));

    private static JournalCorruptException Refusal(ObservedFileSystem files)
    {
        try
        {
            Open(files);
        }
        catch (JournalCorruptException damage)
        {
            return damage;
        }

        Assert.Fail("the damage was not reported");
        return null;
    }
}
