using System.Collections.Frozen;
using System.Text.Json;

namespace AgentFlow;

/// <summary>Reads entries of litellm's price table. What it does not know it passes over; what it knows must be right.</summary>
internal static class PriceEntryReader
{
    /// <summary>The one entry that describes the others.</summary>
    private const string Specimen = "sample_spec";

    private static readonly (string Field, string Capability)[] Capabilities =
    [
        ("supports_function_calling", ModelCapabilities.Tools),
        ("supports_vision", ModelCapabilities.Vision),
        ("supports_response_schema", ModelCapabilities.Json),
        ("supports_reasoning", ModelCapabilities.Reasoning),
        ("supports_pdf_input", ModelCapabilities.Pdf),
        ("supports_audio_input", ModelCapabilities.AudioInput),
        ("supports_audio_output", ModelCapabilities.AudioOutput),
        ("supports_prompt_caching", ModelCapabilities.PromptCaching),
    ];

    public static Dictionary<string, ModelInfo> Read(JsonElement table)
    {
        if (table.ValueKind != JsonValueKind.Object) throw new ModelPriceTableException(null, null, $"is a JSON {table.ValueKind.ToString().ToLowerInvariant()} and not an object with an entry for each model");
        var models = new Dictionary<string, ModelInfo>(StringComparer.Ordinal);
        foreach (var entry in table.EnumerateObject())
        {
            if (entry.Name == Specimen) continue;
            if (entry.Value.ValueKind != JsonValueKind.Object) throw new ModelPriceTableException(entry.Name, null, "it is no object");
            models[entry.Name] = Model(entry.Name, entry.Value);
        }

        return models;
    }

    private static ModelInfo Model(string name, JsonElement entry) => new(name)
    {
        Price = PriceOf(name, entry),
        ContextWindow = Tokens(name, entry, "max_input_tokens") ?? Tokens(name, entry, "max_tokens"),
        MaxOutputTokens = Tokens(name, entry, "max_output_tokens"),
        Capabilities = Capabilities.Where(capability => Flag(name, entry, capability.Field)).Select(capability => capability.Capability).ToFrozenSet(StringComparer.OrdinalIgnoreCase),
    };

    /// <summary>A model without a price of its input and output has none: images and seconds are billed otherwise.</summary>
    private static ModelPrice? PriceOf(string name, JsonElement entry)
    {
        var input = PerMillion(name, entry, "input_cost_per_token");
        var output = PerMillion(name, entry, "output_cost_per_token");
        var cached = PerMillion(name, entry, "cache_read_input_token_cost");
        return input is null || output is null ? null : new(input.Value, output.Value) { CachedInputPerMillion = cached };
    }

    private static decimal? PerMillion(string name, JsonElement entry, string field)
    {
        if (!TryGet(entry, field, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var price)) throw new ModelPriceTableException(name, field, "a price is a number");
        return price is >= 0 and <= 1_000_000 ? price * 1_000_000m : throw new ModelPriceTableException(name, field, $"a price of {price} per token cannot be meant");
    }

    private static int? Tokens(string name, JsonElement entry, string field)
    {
        if (!TryGet(entry, field, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var tokens) || tokens != Math.Floor(tokens)) throw new ModelPriceTableException(name, field, "a number of tokens is a whole number");
        if (tokens is < 0 or > int.MaxValue) throw new ModelPriceTableException(name, field, $"{tokens} tokens cannot be meant");
        return tokens == 0 ? null : (int)tokens;
    }

    private static bool Flag(string name, JsonElement entry, string field)
    {
        if (!TryGet(entry, field, out var value)) return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new ModelPriceTableException(name, field, "it is true or false");
    }

    private static bool TryGet(JsonElement entry, string field, out JsonElement value) => entry.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;
}
