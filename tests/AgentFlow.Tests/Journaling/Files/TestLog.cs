using System.Text;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>Short forms for tests of the log.</summary>
internal static class TestLog
{
    public static RecordLog Open(JournalFileSystem files, int segmentBytes = 4096) => RecordLog.Open(LogWorkload.Options(files, segmentBytes));

    public static NewRecord Record(string text, byte status = 1) => new(3, status, 638_000_000_000_000_000, Encoding.UTF8.GetBytes(text));

    /// <summary>Appends one record and writes it as a batch of its own.</summary>
    public static void Write(this RecordLog log, string run, string text, long epoch = 1, byte status = 1)
    {
        var append = log.AppendAsync(run, [Record(text, status)], log.Find(run)?.Sequence ?? 0, epoch);
        log.Commit();
        Assert.True(append.IsCompletedSuccessfully, "the append did not complete");
    }

    public static string[] Texts(this RecordLog log, string run, long after = 0) => [.. log.Read(run, after).Select(r => Encoding.UTF8.GetString(r.Payload.Span))];

    /// <summary>Closes a log that commits by hand.</summary>
    public static void Close(this RecordLog log) => log.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
