using System.Globalization;
using System.Text.Json;

namespace AgentFlow.Benchmarks;

/// <summary>Measures every row beside its bare limit, interleaved in one process. Needs no benchmark framework, so it can run anywhere.</summary>
internal static class Ratios
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns>How many rows have missed their target.</returns>
    public static async Task<int> RunAsync(Effort effort, string? only, string? json)
    {
        var readings = new List<object>();
        var missed = 0;
        Console.WriteLine($"{"row",-44} {"unit",-9} {"limit",12} {"ours",12} {"ratio",8} {"bytes",9}  {"target",-26} verdict");
        foreach (var row in Rows.All().Where(row => only is null || row.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var reading = await row.MeasureAsync(effort);
            if (reading.Missed) missed++;
            var ratio = reading.Limit == 0 ? double.NaN : reading.Ours / reading.Limit;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-44} {reading.Unit,-9} {reading.Limit,12:F1} {reading.Ours,12:F1} {(double.IsNaN(ratio) ? "" : $"{ratio:F2}"),8} {reading.Bytes,9:F0}  {reading.Target,-26} {(reading.Missed ? "MISSED" : "ok")}"));
            readings.Add(new { row.Name, reading.Unit, reading.Limit, reading.Ours, Ratio = double.IsNaN(ratio) ? (double?)null : ratio, reading.Bytes, reading.Target, reading.Missed });
        }

        if (readings.Count == 0) Console.Error.WriteLine($"No row has '{only}' in its name: {string.Join(", ", Rows.All().Select(row => $"'{row.Name}'"))}.");
        if (json is not null) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(readings, Indented));
        return readings.Count == 0 ? 1 : missed;
    }
}
