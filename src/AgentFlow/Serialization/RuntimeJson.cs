using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The host's serializer options with what it cannot know: conversations with models, tuples and paths.</summary>
internal static class RuntimeJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Completed = [];

    public static JsonSerializerOptions Complete(JsonSerializerOptions host) => Completed.GetValue(host, static host =>
    {
        var options = new JsonSerializerOptions(host) { WriteIndented = false };

        // The host's own converters stand before ours, and win.
        options.Converters.Add(new TupleConverterFactory());
        options.Converters.Add(new StepPathConverter());
        options.TypeInfoResolver = JsonTypeInfoResolver
            .Combine(host.TypeInfoResolver, PatternJson.Default, ContextJson.Default, AIJsonUtilities.DefaultOptions.TypeInfoResolver)
            .WithAddedModifier(RefuseWhatWouldBeLost);
        options.MakeReadOnly();
        return options;
    });

    /// <summary>A type that has fields and not one property would be written as <c>{}</c>: its data would be lost in silence.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A field that was trimmed away has no data to lose.")]
    private static void RefuseWhatWouldBeLost(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Properties.Count > 0 || type.PolymorphismOptions is not null) return;
        if (type.Type.GetFields(BindingFlags.Public | BindingFlags.Instance).Length == 0) return;
        throw new NotSupportedException($"{TypeNames.Short(type.Type)} has public fields and no properties, and would be written as {{}}. Make them properties, or set IncludeFields.");
    }
}
