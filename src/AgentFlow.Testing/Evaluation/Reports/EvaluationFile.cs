using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow.Testing;

/// <summary>A report as a file: JSON that names its format and version.</summary>
internal static class EvaluationFile
{
    private const string Format = "agentflow-evaluation";
    private const int Version = 1;

    public static Task SaveAsync(EvaluationReport report, string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var json = JsonSerializer.SerializeToUtf8Bytes(new StoredReport(Format, Version, report), EvaluationJson.Default.StoredReport);
        return WriteAsync(path, json, cancellationToken);
    }

    public static async Task<EvaluationReport> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var json = await ReadAsync(path, Format, Version, cancellationToken).ConfigureAwait(false);
        try
        {
            var report = JsonSerializer.Deserialize(json, EvaluationJson.Default.StoredReport)!.Report;
            Check(path, report);
            if (report.Against is { } other) Check(path, other);
            return report;
        }
        catch (JsonException exception)
        {
            throw new EvaluationFileException(path, exception.Message, exception);
        }
    }

    /// <summary>Replaces a file whole, or leaves it as it was.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var next = $"{path}.new";
        await File.WriteAllBytesAsync(next, json, cancellationToken).ConfigureAwait(false);
        File.Move(next, path, overwrite: true);
    }

    /// <exception cref="EvaluationFileException">It is no JSON, of another format, or of a newer version.</exception>
    public static async Task<byte[]> ReadAsync(string path, string format, int version, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var json = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var named) || named.ValueKind != JsonValueKind.String || named.GetString() != format) throw new EvaluationFileException(path, $"it does not say \"format\": \"{format}\".");
            if (!root.TryGetProperty("version", out var number) || !number.TryGetInt32(out var found) || found < 1) throw new EvaluationFileException(path, "it does not say its version.");
            if (found > version) throw new EvaluationFileException(path, $"it is of version {found}; this version of AgentFlow reads up to version {version}.");
            return json;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new EvaluationFileException(path, $"it is no JSON: {exception.Message}", exception);
        }
    }

    private static void Check(string path, EvaluationReport report)
    {
        if (report.Cases.Any(static each => each?.Runs is null || each.Runs.Any(static run => run?.Scores is null || run.Scores.Any(static score => score is null)))) throw new EvaluationFileException(path, "a case, a run or a score in it is null.");
        List<string> problems = [.. EvaluationNames.Defects("case", report.Cases.Select(static each => each.Name)), .. EvaluationNames.Defects("scorer", report.Scorers)];
        foreach (var each in report.Cases)
        {
            if (each.Runs.Count == 0) problems.Add($"Case '{PlainText.Line(each.Name, 60)}' has no run.");
            foreach (var run in each.Runs)
            {
                if (!run.Scores.Select(static score => score.Scorer).SequenceEqual(report.Scorers)) problems.Add($"A run of case '{PlainText.Line(each.Name, 60)}' does not have the scores that the report names.");
                if (run.Scores.FirstOrDefault(static score => score.Value is not (>= 0 and <= 1)) is { } outside) problems.Add($"Scorer '{PlainText.Line(outside.Scorer, 60)}' has {outside.Value} in case '{PlainText.Line(each.Name, 60)}'; a score is 0 to 1.");
            }
        }

        if (problems.Count > 0) throw new EvaluationFileException(path, string.Join(" ", problems.Take(5)));
    }
}

internal sealed record StoredReport(string Format, int Version, EvaluationReport Report);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
