using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

/// <summary>Several writers and a compaction now and then, until somebody kills the process.</summary>
internal static class ConcurrentWork
{
    private const int Writers = 4;

    /// <param name="directory">Where the log is.</param>
    /// <param name="output">Takes the acknowledgements.</param>
    /// <param name="windowPath">Where to note what the committer does.</param>
    /// <param name="aim">What the committer does when the process dies; -1 for nothing.</param>
    /// <param name="hit">How many times it has done it by then.</param>
    public static async Task RunAsync(string directory, ChildOutput output, string windowPath, int aim = -1, int hit = 0)
    {
        using var window = new ChildWindow(windowPath);
        int left = hit;
        window.Entered = now =>
        {
            if (now == aim && --left == 0) Failpoints.Die();
        };
        bool isOpen = false;
        var files = window.Observe(JournalFileSystem.System, () => isOpen);
        await using var log = new ChildLog(RecordLog.Open(ChildLog.Options(directory, files)), output);
        isOpen = true;
        long generation = log.Log.Report.Epoch;
        var writers = new Task[Writers];
        for (int w = 0; w < Writers; w++) writers[w] = WriteAsync(log, w, generation);
        await Task.WhenAll(writers);
    }

    private static async Task WriteAsync(ChildLog log, int writer, long generation)
    {
        var random = new Random((int)(generation * Writers) + writer);
        for (int i = 0; ; i++)
        {
            string passing = $"passing-{writer}-{generation}-{i}";
            for (int n = random.Next(1, 12); n >= 0; n--)
            {
                await log.AppendAsync($"kept-{writer}-{generation / 10}", random.Next(1, 4));
                await log.AppendAsync(passing, random.Next(1, 4), ends: n == 0);
            }

            await log.RemoveAsync(passing);
            if (random.Next(6) == 0) log.Log.Compact();
        }
    }
}
