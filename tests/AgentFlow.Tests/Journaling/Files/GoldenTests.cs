using System.Text;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>
/// A log as format version 1 wrote it, kept for good: several segments, one of them compacted, a run that was removed, an
/// append that was cut off. Every later version reads it, and finds the same hashes.
/// </summary>
public sealed class GoldenTests
{
    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Journaling", "Files", "Golden", "version-1");

    [Fact]
    public void A_log_of_format_version_1_is_read()
    {
        var disk = new SimulatedDisk();
        foreach (string file in Directory.GetFiles(Golden)) disk.Put(Path.GetFileName(file), File.ReadAllBytes(file));
        var log = TestLog.Open(disk);
        Assert.Equal(100, log.Report.TornBytes);
        Assert.Equal(["cut off", "kept", "\u00fcn\u00efcode"], log.List().Select(r => r.Run).Order(StringComparer.Ordinal));
        Assert.True(log.Find("removed")!.Value.IsRemoved);
        Assert.Equal(Enumerable.Range(0, 24).Select(Text), log.Texts("kept"));
        var last = log.Read("kept", after: 23).Single();
        Assert.Equal((24L, 7L, 3, 0, 638_000_000_000_000_023L), (last.Sequence, last.Epoch, last.Kind, last.Status, last.Time));
        Assert.Equal("bd59d7115e035754588b4a90e57e812d6a65e396675ed6c7327f864da2242ec7", last.Hash.ToString());
        Assert.Equal("15268af61aae71ab7ca74b5f483cf499a8cf25ff180cc5729fc43184b214ffd6", log.Find("\u00fcn\u00efcode")!.Value.Head.ToString());
        Assert.Equal("68f50ffc4d7a576460a7ce9bd4cd5eafe911795ba8179a891e8db92b586323bb", log.Find("removed")!.Value.Head.ToString());
        log.Write("kept", "goes on", epoch: 7);
    }

    /// <summary>How the files were made; writes to the directory in <c>AGENTFLOW_GOLDEN</c> when it is set.</summary>
    [Fact]
    public void The_files_can_be_made_again()
    {
        var disk = new SimulatedDisk();
        var log = TestLog.Open(disk);
        for (int i = 0; i < 24; i++)
        {
            Append(log, "kept", Text(i), status: i % 2 == 0 ? (byte)1 : (byte)0, 638_000_000_000_000_000 + i);
            Append(log, "removed", new string('r', 600), NewRecord.Ended, 0);
        }

        Append(log, "\u00fcn\u00efcode", "\ud83d\ude00", 1, 5);
        _ = log.RemoveAsync("removed", 24, 7, 9);
        log.Commit();
        Assert.True(log.Compact().RewrittenSegments > 1);
        Append(log, "cut off", "whole", 1, 0);
        Append(log, "cut off", new string('c', 300), 1, 0);
        string? target = Environment.GetEnvironmentVariable("AGENTFLOW_GOLDEN");
        if (target is null) return;
        Directory.CreateDirectory(target);
        string active = disk.Names.Select(n => Path.GetFileName(n)).Where(n => n.EndsWith(".seg", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        int cut = disk.Content(active).Length - FrameHeader.Size - FrameHeader.Padded(RecordView.Overhead + "cut off".Length + 300) + 100;
        foreach (string name in disk.Names.Select(n => Path.GetFileName(n)))
        {
            File.WriteAllBytes(Path.Combine(target, name), name == active ? disk.Content(name)[..cut] : disk.Content(name));
        }
    }

    private static string Text(int i) => $"record {i} " + new string('k', i * 10);

    private static void Append(RecordLog log, string run, string text, byte status, long time)
    {
        _ = log.AppendAsync(run, [new NewRecord(3, status, time, Encoding.UTF8.GetBytes(text))], log.Find(run)?.Sequence ?? 0, 7);
        Assert.True(log.Commit());
    }
}
