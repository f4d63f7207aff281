using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

/// <summary>A log on real files, and what is told of it: <c>ACK run sequence</c>, <c>REMOVING run</c>, <c>REMOVED run</c>.</summary>
internal sealed class ChildLog(RecordLog log, ChildOutput output) : IAsyncDisposable
{
    public static RecordLogOptions Options(string directory, JournalFileSystem files) => new()
    {
        Directory = directory,
        FileSystem = files,
        SegmentBytes = 4 << 10,
    };

    public RecordLog Log => log;

    public async Task AppendAsync(string run, int count, bool ends = false)
    {
        long before = log.Find(run)?.Sequence ?? 0;
        var records = new NewRecord[count];
        for (int i = 0; i < count; i++)
        {
            byte status = ends && i == count - 1 ? NewRecord.Ended : (byte)1;
            records[i] = new NewRecord(3, status, 0, ChildPayload.Create(run, before + i + 1, before + count));
        }

        await log.AppendAsync(run, records, before, epoch: 1);
        output.Line($"ACK {run} {before + count}");
    }

    public async Task RemoveAsync(string run)
    {
        output.Line($"REMOVING {run}");
        await log.RemoveAsync(run, log.Find(run)!.Value.Sequence, epoch: 1, time: 0);
        output.Line($"REMOVED {run}");
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
