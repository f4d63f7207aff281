using System.Diagnostics;
using AgentFlow.Journaling;

namespace AgentFlow.Benchmarks;

/// <summary>
/// Writers that each append one entry, wait until it is durable and append the next one. The limit is the same writers at a group
/// commit with nothing else.
/// </summary>
internal sealed class AppendRow(int writers, double minRatio) : IRow
{
    private const int EntryBytes = 256;

    public string Name => $"durable append, {writers} writers, per entry";

    public async Task<Reading> MeasureAsync(Effort effort)
    {
        var directory = Directory.CreateTempSubdirectory("agentflow-append-").FullName;
        try
        {
            using var bare = new BareGroupCommit(directory, EntryBytes);
            await using var journal = FileJournal.Open(Path.Combine(directory, "journal"));
            var rounds = effort.IsSmoke ? 4 : Math.Max(8, 2_000 / writers);
            var appenders = Enumerable.Range(0, writers).Select(i => new Appender(journal, RunId.Parse($"run-{i}"))).ToArray();
            var (limits, own) = (new List<double>(), new List<double>());
            var warm = Stopwatch.GetTimestamp();
            for (var batch = 0; batch < effort.Batches;)
            {
                var isWarm = Stopwatch.GetElapsedTime(warm) >= effort.WarmUp;
                var start = Stopwatch.GetTimestamp();
                await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => bare.AppendAsync(rounds)));
                var limit = Stopwatch.GetElapsedTime(start);
                start = Stopwatch.GetTimestamp();
                await Task.WhenAll(appenders.Select(appender => appender.AppendAsync(rounds)));
                var ours = Stopwatch.GetElapsedTime(start);

                // The first unoptimized code is being replaced.
                if (!isWarm) continue;
                batch++;
                limits.Add(limit.TotalMicroseconds / rounds / writers);
                own.Add(ours.TotalMicroseconds / rounds / writers);
            }

            var (bound, median) = (limits.Median(), own.Median());
            return new("us", bound, median, null, $"{minRatio:P0} of the limit", !effort.IsSmoke && bound / median < minRatio / Effort.Tolerance);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private sealed class Appender(FileJournal journal, RunId run)
    {
        private static readonly byte[] Body = new byte[EntryBytes - 96];
        private int _sequence;

        public async Task AppendAsync(int entries)
        {
            for (var i = 0; i < entries; i++)
            {
                await journal.AppendAsync(run, 1, [new(++_sequence, JournalEntryKind.EffectCompleted, DateTimeOffset.UnixEpoch, Body)], CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
