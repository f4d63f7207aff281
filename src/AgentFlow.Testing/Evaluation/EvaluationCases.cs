using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>Cases as a JSON file, to be checked in beside the tests: <c>format</c>, <c>version</c>, and per case <c>name</c>, <c>input</c>, <c>expected</c>, <c>tags</c>.</summary>
public static class EvaluationCases
{
    private const string Format = "agentflow-cases";
    private const int Version = 1;

    /// <summary>Writes cases. An existing file is replaced whole.</summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="cases">The cases.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How inputs and values are written; default as in a <see cref="FlowRuntime"/>.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="EvaluationDefinitionException">There are none, or names are missing or used twice.</exception>
    /// <exception cref="NotSupportedException">The serializer cannot write them.</exception>
    public static async Task SaveAsync<TIn, TOut>(IEnumerable<EvaluationCase<TIn, TOut>> cases, string path, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        EvaluationCase<TIn, TOut>[] all = [.. cases];
        string[] defects = [.. EvaluationNames.Defects("case", all.Select(static each => each?.Name))];
        if (defects.Length > 0) throw new EvaluationDefinitionException(defects);
        var (inputs, outputs) = Types<TIn, TOut>(options);
        using var file = new MemoryStream();
        using (var writer = new Utf8JsonWriter(file, new() { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("cases");
            foreach (var each in all) Write(writer, each, inputs, outputs);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        await EvaluationFile.WriteAsync(path, file.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads cases.</summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="options">How inputs and values are read; default as in a <see cref="FlowRuntime"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EvaluationFileException">It is damaged, holds no cases, or cases of other types; the message says what and where.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async Task<IReadOnlyList<EvaluationCase<TIn, TOut>>> LoadAsync<TIn, TOut>(string path, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var json = await EvaluationFile.ReadAsync(path, Format, Version, cancellationToken).ConfigureAwait(false);
        var (inputs, outputs) = Types<TIn, TOut>(options);
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("cases", out var list) || list.ValueKind != JsonValueKind.Array) throw new EvaluationFileException(path, "it has no list of cases.");
        var cases = new List<EvaluationCase<TIn, TOut>>();
        foreach (var each in list.EnumerateArray())
        {
            try
            {
                cases.Add(Read(each, inputs, outputs));
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new EvaluationFileException(path, $"case number {cases.Count + 1} is no case from {TypeNames.Short(typeof(TIn))} to {TypeNames.Short(typeof(TOut))}: {exception.Message}", exception);
            }
        }

        string[] defects = [.. EvaluationNames.Defects("case", cases.Select(static each => each.Name))];
        return defects.Length == 0 ? cases : throw new EvaluationFileException(path, string.Join(" ", defects.Take(5)));
    }

    /// <summary>How values are written when nobody says otherwise: as a runtime does.</summary>
    internal static JsonSerializerOptions Default => AIJsonUtilities.DefaultOptions;

    private static (JsonTypeInfo<TIn> Inputs, JsonTypeInfo<TOut> Outputs) Types<TIn, TOut>(JsonSerializerOptions? options)
    {
        options ??= Default;
        return ((JsonTypeInfo<TIn>)options.GetTypeInfo(typeof(TIn)), (JsonTypeInfo<TOut>)options.GetTypeInfo(typeof(TOut)));
    }

    private static void Write<TIn, TOut>(Utf8JsonWriter writer, EvaluationCase<TIn, TOut> each, JsonTypeInfo<TIn> inputs, JsonTypeInfo<TOut> outputs)
    {
        writer.WriteStartObject();
        writer.WriteString("name", each.Name);
        writer.WritePropertyName("input");
        JsonSerializer.Serialize(writer, each.Input, inputs);
        if (each.HasExpected)
        {
            writer.WritePropertyName("expected");
            JsonSerializer.Serialize(writer, each.Expected!, outputs);
        }

        writer.WriteStartArray("tags");
        foreach (var tag in each.Tags) writer.WriteStringValue(tag);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static EvaluationCase<TIn, TOut> Read<TIn, TOut>(JsonElement json, JsonTypeInfo<TIn> inputs, JsonTypeInfo<TOut> outputs)
    {
        var name = json.GetProperty("name").GetString() ?? "";
        var input = json.GetProperty("input").Deserialize(inputs)!;
        string[] tags = json.TryGetProperty("tags", out var list) ? [.. list.EnumerateArray().Select(static tag => tag.GetString() ?? "")] : [];
        return json.TryGetProperty("expected", out var expected) ? new(name, input, expected.Deserialize(outputs)!) { Tags = tags } : new(name, input) { Tags = tags };
    }
}
