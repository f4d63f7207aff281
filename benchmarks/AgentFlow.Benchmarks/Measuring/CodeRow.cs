using System.Diagnostics;
using System.Globalization;

namespace AgentFlow.Benchmarks;

/// <summary>Code that completes on the calling thread, per operation: warm-up, batches in turn, medians.</summary>
/// <param name="Name">The row.</param>
/// <param name="Operations">How many operations one call is.</param>
/// <param name="Limit">The bare limit.</param>
/// <param name="Ours">Ours.</param>
/// <param name="MaxOver">How many nanoseconds more than the limit an operation may take.</param>
/// <param name="MaxBytes">How many bytes an operation may allocate.</param>
internal sealed record CodeRow(string Name, int Operations, Func<int> Limit, Func<int> Ours, double MaxOver, double MaxBytes) : IRow
{
    public Task<Reading> MeasureAsync(Effort effort)
    {
        WarmUp(Limit, effort.WarmUp / 4);
        WarmUp(Ours, effort.WarmUp);
        var limits = new List<double>();
        var own = new List<double>();
        var bytes = double.MaxValue;
        var repeat = Math.Max(1, (int)(20_000_000 / Math.Max(100, Measure(Ours, 1_000).Nanoseconds * Operations)));
        for (var batch = 0; batch < effort.Batches; batch++)
        {
            limits.Add(Measure(Limit, repeat).Nanoseconds);
            var (nanoseconds, allocated) = Measure(Ours, repeat);
            own.Add(nanoseconds);
            bytes = Math.Min(bytes, allocated);
        }

        var (limit, ours) = (limits.Median(), own.Median());
        var missed = bytes > MaxBytes || (!effort.IsSmoke && ours - limit > MaxOver * Effort.Tolerance);
        return Task.FromResult(new Reading("ns", limit, ours, bytes, string.Create(CultureInfo.InvariantCulture, $"+{MaxOver:F0} ns, {MaxBytes:F0} B"), missed));
    }

    /// <summary>Long enough for the runtime to replace the first, unoptimized code.</summary>
    private static void WarmUp(Func<int> body, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time) body();
    }

    private (double Nanoseconds, double Bytes) Measure(Func<int> body, int repeat)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repeat; i++) body();
        var elapsed = Stopwatch.GetElapsedTime(start);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var total = (double)repeat * Operations;
        return (elapsed.TotalNanoseconds / total, allocated / total);
    }
}
