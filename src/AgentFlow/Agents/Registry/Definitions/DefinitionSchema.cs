using System.Text;
using System.Text.Json;

namespace AgentFlow;

/// <summary>The published schema of the file format. The loader checks against this very text.</summary>
internal static class DefinitionSchema
{
    private const string Resource = "AgentFlow.agent.schema.json";
    private static readonly Lazy<string> Loaded = new(Load);
    private static readonly Lazy<JsonElement> Parsed = new(static () => JsonElement.Parse(Loaded.Value));

    public static string Text => Loaded.Value;

    public static JsonElement Root => Parsed.Value;

    private static string Load()
    {
        using var stream = typeof(DefinitionSchema).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
