using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

/// <summary>One thread that does everything a log can do, over and over: so every failpoint is reached, and reached again.</summary>
internal static class ScriptedWork
{
    public static void Run(string directory, ChildOutput output, Failpoints failpoints, int rounds)
    {
        var files = new ObservedFileSystem(JournalFileSystem.System) { Before = failpoints.Before, After = failpoints.After };
        for (int round = 0; round < rounds; round++)
        {
            bool isNew = !File.Exists(Path.Combine(directory, Manifest.FileName));
            if (round > 0) LeaveTracesOfCrashes(directory);
            Failpoints.Enter(isNew ? "create" : "open");
            failpoints.CommitterPhase = "append";
            var log = new ChildLog(RecordLog.Open(ChildLog.Options(directory, files)), output);
            string run = $"run-{log.Log.Report.Epoch}";
            for (int i = 0; i < 4; i++)
            {
                log.AppendAsync("kept", 1 + (i % 3)).GetAwaiter().GetResult();
                log.AppendAsync(run, 3, ends: true).GetAwaiter().GetResult();
            }

            log.RemoveAsync(run).GetAwaiter().GetResult();
            Failpoints.Enter("compact");
            log.Log.Compact();
            log.AppendAsync("kept", 1).GetAwaiter().GetResult();
            failpoints.CommitterPhase = "close";
            log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>A batch that was cut off, a draft, and a segment that compaction had replaced.</summary>
    private static void LeaveTracesOfCrashes(string directory)
    {
        string[] segments = Directory.GetFiles(directory, "*.seg");
        Array.Sort(segments, StringComparer.Ordinal);
        using (var active = new FileStream(segments[^1], FileMode.Append)) active.Write("cut off"u8);
        File.Copy(segments[0], Path.Combine(directory, "00000001-9999.seg"), overwrite: true);
        File.WriteAllText(Path.Combine(directory, "MANIFEST.tmp"), "cut off");
        File.WriteAllText(segments[^1] + ".tmp", "cut off");
    }
}
