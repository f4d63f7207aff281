using System.Globalization;
using AgentFlow.CrashChild;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>What a child said before it died, compared with the log it left.</summary>
internal sealed class ChildLedger
{
    private readonly Dictionary<string, long> _acknowledged = [];
    private readonly HashSet<string> _removing = [];
    private readonly HashSet<string> _removed = [];

    public long Acknowledgements { get; private set; }

    public void Note(List<string> lines)
    {
        foreach (string line in lines)
        {
            switch (line.Split(' '))
            {
                case ["ACK", var run, var sequence]:
                    _acknowledged[run] = long.Parse(sequence, CultureInfo.InvariantCulture);
                    Acknowledgements++;
                    break;
                case ["REMOVING", var run]: _removing.Add(run); break;
                case ["REMOVED", var run]: _removed.Add(run); break;
                default: break;
            }
        }
    }

    public async Task CheckAsync(string directory)
    {
        await using var log = RecordLog.Open(ChildLog.Options(directory, JournalFileSystem.System));
        foreach (var (run, sequence) in _acknowledged)
        {
            var info = log.Find(run);
            if (info is { IsRemoved: true })
            {
                if (!_removing.Contains(run)) Assert.Fail($"{run} was removed and nobody asked for it");
                continue;
            }

            if (_removed.Contains(run)) Assert.Fail($"{run} came back");
            if ((info?.Sequence ?? 0) < sequence) Assert.Fail($"{run} ends at {info?.Sequence ?? 0}, {sequence} was acknowledged");
        }

        foreach (var info in log.List()) CheckContent(log, info);
        foreach (string copy in Directory.GetFiles(directory, "*.broken")) File.Delete(copy);
    }

    private static void CheckContent(RecordLog log, RunInfo info)
    {
        long sequence = 0;
        long lastOfAppend = 0;
        foreach (var record in log.Read(info.Run))
        {
            lastOfAppend = ChildPayload.LastOfAppend(info.Run, ++sequence, record.Payload.Span);
            if (record.Sequence != sequence || lastOfAppend == 0) Assert.Fail($"{info.Run} has another content in record {sequence}");
        }

        if (sequence != info.Sequence) Assert.Fail($"{info.Run} has {sequence} records, the index says {info.Sequence}");
        if (lastOfAppend != sequence) Assert.Fail($"{info.Run} has a part of the append that ends at {lastOfAppend}: up to {sequence}");
    }
}
