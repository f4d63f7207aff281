using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace InsuranceClaims;

/// <summary>JSON as models get and give it: umlauts stay readable instead of becoming \u00fc, which saves tokens too.</summary>
internal static class ClaimsJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Type<T>());

    /// <exception cref="JsonException">The text is not what the type needs.</exception>
    public static T? Read<T>(string text) => JsonSerializer.Deserialize(text, Type<T>());

    /// <summary>Null when the text is something else.</summary>
    public static T? TryRead<T>(string text) where T : class
    {
        try
        {
            return Read<T>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(ClaimsJsonContext.Default.Options)
        {
            TypeInfoResolver = ClaimsJsonContext.Default,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.MakeReadOnly();
        return options;
    }
}
