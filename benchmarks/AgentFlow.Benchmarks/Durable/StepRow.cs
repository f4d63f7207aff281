using System.Diagnostics;
using AgentFlow.Journaling;

namespace AgentFlow.Benchmarks;

/// <summary>One durable run whose steps follow one another: each result is durable before the next step starts.</summary>
internal sealed class StepRow(double maxRatio) : IRow
{
    private const int Steps = 100;

    public string Name => "durable run, one writer, per step";

    public async Task<Reading> MeasureAsync(Effort effort)
    {
        var directory = Directory.CreateTempSubdirectory("agentflow-step-").FullName;
        try
        {
            using var bare = new BareLog(directory);
            await using var journal = FileJournal.Open(Path.Combine(directory, "journal"));
            await using var runtime = new FlowRuntime(new() { Journal = journal });
            var flow = Pipelines.Of(Steps);
            var (limits, own) = (new List<double>(), new List<double>());
            for (var batch = 0; batch <= effort.Batches; batch++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Steps; i++) bare.Append(256);
                var limit = Stopwatch.GetElapsedTime(start);
                start = Stopwatch.GetTimestamp();
                await runtime.RunAsync(flow, 1);
                var ours = Stopwatch.GetElapsedTime(start);
                if (batch == 0) continue;
                limits.Add(limit.TotalMicroseconds / Steps);
                own.Add(ours.TotalMicroseconds / Steps);
            }

            var (bound, median) = (limits.Median(), own.Median());
            return new("us", bound, median, null, $"{maxRatio:F1} x the limit", !effort.IsSmoke && median / bound > maxRatio * Effort.Tolerance);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
