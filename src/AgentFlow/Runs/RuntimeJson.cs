using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The host's serializer options with what it cannot know: the types of conversations with models.</summary>
internal static class RuntimeJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Completed = [];

    public static JsonSerializerOptions Complete(JsonSerializerOptions host) =>
        ReferenceEquals(host, AIJsonUtilities.DefaultOptions) ? host : Completed.GetValue(host, static host =>
        {
            var options = new JsonSerializerOptions(host);
            options.TypeInfoResolverChain.Add(AIJsonUtilities.DefaultOptions.TypeInfoResolver!);
            options.MakeReadOnly();
            return options;
        });
}
