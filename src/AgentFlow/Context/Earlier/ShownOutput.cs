using System.Text.Json;

namespace AgentFlow;

/// <summary>An output that later agents may see.</summary>
internal abstract record ShownOutput(string Name, Label? Label)
{
    /// <summary>What a scope has seen shown, in order.</summary>
    public static readonly StateKey<IReadOnlyList<ShownOutput>> Key = new("(shown)", [], static (shown, more) => [.. shown, .. more]);

    public abstract void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions json);

    /// <summary>The outputs that a scope can see.</summary>
    public static IReadOnlyList<ShownOutput> In(StateChain? state) =>
        state?.Find(Key.Name) is { } value ? StateWrite<IReadOnlyList<ShownOutput>>.ReadAs<IReadOnlyList<ShownOutput>>(value, Key.Name) : [];
}

/// <inheritdoc/>
internal sealed record ShownOutput<T>(string Name, T Value, Label? Label) : ShownOutput(Name, Label)
{
    public override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions json) => JsonSerializer.Serialize(writer, Value, JsonText.TypeOf<T>(json));
}
