using System.Diagnostics;
using System.Globalization;

namespace AgentFlow.Benchmarks;

/// <summary>A row of the table: a bare limit and ours, per operation, and what ours may cost at the most.</summary>
internal sealed record Row(string Name, int Operations, Func<int> Limit, Func<int> Ours, double MaxNanosecondsOver, double MaxBytes);

/// <summary>
/// Measures every row beside its bare limit, interleaved in one process: warm-up, batches in turn, medians. Needs no benchmark
/// framework, so it can run anywhere.
/// </summary>
internal static class Ratios
{
    private const double Tolerance = 1.15;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromMilliseconds(400);

    public static int Run(int batches, bool judgeTime)
    {
        var missed = 0;
        Console.WriteLine($"{"row",-34} {"limit ns",10} {"ours ns",10} {"over",8} {"target",8} {"bytes",8} {"target",8}  verdict");
        foreach (var row in Rows.All())
        {
            WarmUp(row.Limit);
            WarmUp(row.Ours);
            var limit = 0.0;
            var ours = Measure(row.Ours, 1_000, row.Operations).Nanoseconds;
            var limits = new List<double>();
            var own = new List<double>();
            var bytes = double.MaxValue;
            var repeat = Math.Max(1, (int)(20_000_000 / Math.Max(100, ours * row.Operations)));
            for (var batch = 0; batch < batches; batch++)
            {
                limits.Add(Measure(row.Limit, repeat, row.Operations).Nanoseconds);
                var (nanoseconds, allocated) = Measure(row.Ours, repeat, row.Operations);
                own.Add(nanoseconds);
                bytes = Math.Min(bytes, allocated);
            }

            (limit, ours) = (Median(limits), Median(own));
            var fits = bytes <= row.MaxBytes && (!judgeTime || ours - limit <= row.MaxNanosecondsOver * Tolerance);
            if (!fits) missed++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-34} {limit,10:F1} {ours,10:F1} {ours - limit,8:F1} {row.MaxNanosecondsOver,8:F0} {bytes,8:F0} {row.MaxBytes,8:F0}  {(fits ? "ok" : "MISSED")}"));
        }

        return missed;
    }

    /// <summary>Long enough for the runtime to replace the first, unoptimized code.</summary>
    private static void WarmUp(Func<int> body)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUpTime) body();
    }

    private static (double Nanoseconds, double Bytes) Measure(Func<int> body, int repeat, int operations)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repeat; i++) body();
        var elapsed = Stopwatch.GetElapsedTime(start);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var total = (double)repeat * operations;
        return (elapsed.TotalNanoseconds / total, allocated / total);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
