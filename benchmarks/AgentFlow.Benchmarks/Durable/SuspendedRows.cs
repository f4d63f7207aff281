using System.Diagnostics;
using AgentFlow.Journaling;

namespace AgentFlow.Benchmarks;

/// <summary>Many runs that wait for a human, in a journal: what opening them costs, what they cost in memory, how fast one answers.</summary>
internal sealed class SuspendedRows
{
    private readonly Flow<string, string> _flow = Flow.Start<string>("refund")
        .Then("load", (customer, _) => $"{customer}: 17 EUR")
        .Approve("clerk")
        .Then("pay", (refund, _) => $"paid {refund}")
        .Build();

    private Task<Result>? _result;

    /// <summary>The rows share one journal: writing it is the longest part.</summary>
    public IEnumerable<IRow> All() =>
    [
        new SharedRow("suspended runs, cold open, all of them", effort => Once(effort, result => new("ms", result.Bare, result.Open, null, "5,000 ms", !effort.IsSmoke && result.Open > 5_000 * Effort.Tolerance))),
        new SharedRow("suspended run, in memory", effort => Once(effort, result => new("bytes", 0, result.Bytes, result.Bytes, "1,024 B", !effort.IsSmoke && result.Bytes > 1_024))),
        new SharedRow("suspended run, answer to result, p99", effort => Once(effort, result => new("ms", 0, result.P99, null, "50 ms", !effort.IsSmoke && result.P99 > 50 * Effort.Tolerance))),
    ];

    private async Task<Reading> Once(Effort effort, Func<Result, Reading> read) => read(await (_result ??= MeasureAsync(effort.IsSmoke ? 1_000 : 100_000)));

    private async Task<Result> MeasureAsync(int runs)
    {
        var directory = Directory.CreateTempSubdirectory("agentflow-suspended-").FullName;
        try
        {
            await SuspendAsync(directory, runs);
            var bare = ReadAll(directory);
            var before = Live();
            var start = Stopwatch.GetTimestamp();
            await using var journal = FileJournal.Open(directory);
            await using var runtime = Open(journal);
            var report = await runtime.RecoverAsync();
            var open = Stopwatch.GetElapsedTime(start);
            if (report.Suspended.Count != runs) throw new InvalidOperationException($"{report.Suspended.Count} of {runs} runs are suspended.");
            var bytes = (double)(Live() - before) / runs;

            var random = new Random(1);
            var latencies = new List<double>();
            foreach (var id in Enumerable.Range(0, runs).OrderBy(_ => random.Next()).Take(Math.Min(runs, 1_000)).Select(i => RunId.Parse($"refund-{i}")))
            {
                start = Stopwatch.GetTimestamp();
                await runtime.Requests.ApproveAsync($"{id}/refund/clerk", by: "ann");
                await (await runtime.GetRunAsync<string>(id))!;
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return new(bare, open.TotalMilliseconds, bytes, latencies.Quantile(0.99));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task SuspendAsync(string directory, int runs)
    {
        await using var journal = FileJournal.Open(directory);
        await using var runtime = Open(journal);
        await Parallel.ForEachAsync(Enumerable.Range(0, runs), new ParallelOptions { MaxDegreeOfParallelism = 512 }, async (i, token) =>
        {
            var run = await runtime.StartAsync(_flow, $"customer {i}", new() { Id = $"refund-{i}" }, token);
            while (run.Status != RunStatus.Suspended) await Task.Yield();
        });
    }

    private FlowRuntime Open(FileJournal journal)
    {
        var runtime = new FlowRuntime(new() { Journal = journal, SuspendLinger = TimeSpan.Zero });
        runtime.Steps.Add(_flow);
        return runtime;
    }

    /// <summary>The limit of opening: the bytes, read once.</summary>
    private static double ReadAll(string directory)
    {
        var buffer = new byte[1 << 20];
        var start = Stopwatch.GetTimestamp();
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
            while (stream.Read(buffer) > 0)
            {
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed record Result(double Bare, double Open, double Bytes, double P99);

    private sealed class SharedRow(string name, Func<Effort, Task<Reading>> measure) : IRow
    {
        public string Name => name;

        public Task<Reading> MeasureAsync(Effort effort) => measure(effort);
    }
}
