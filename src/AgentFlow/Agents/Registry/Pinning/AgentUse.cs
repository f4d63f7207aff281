using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Makes an agent from a version, for types that fit it.</summary>
internal static class AgentUse
{
    /// <exception cref="AgentRefusedException">The types do not fit, or the runtime lacks something.</exception>
    public static Agent<TIn, TOut> Build<TIn, TOut>(FlowRuntime runtime, AgentVersion version)
    {
        var findings = FindIn<TIn, TOut>(runtime, version);
        if (findings.Count > 0) throw new AgentRefusedException(version, findings);
        var definition = version.Definition;
        var limits = definition.Limits;
        var builder = Agent.Create<TIn, TOut>(definition.Name)
            .Description(definition.Description)
            .Instructions(Instructions<TIn>(definition, runtime.Json))
            .Tools(definition.Tools.Select(name => runtime.Tools.Find(name)!));
        if (definition.Model is { } model) builder.Model(model);
        if (limits.MaxTurns is { } turns) builder.MaxTurns(turns);
        if (limits.MaxToolCalls is { } calls) builder.MaxToolCalls(calls);
        if (limits.MaxParallelToolCalls is { } parallel) builder.MaxParallelToolCalls(parallel);
        if (limits.Repairs is { } repairs) builder.Repairs(repairs);
        if (limits.MaxOutputTokens is { } tokens) builder.Options(options => options.MaxOutputTokens = tokens);
        if (limits.TimeoutSeconds is { } seconds) builder.Timeout(TimeSpan.FromSeconds(seconds));
        if (limits.Retries is { } retries and > 0) builder.Retry(retries);
        return builder.BuildVersion(version.Number);
    }

    /// <summary>What keeps a registered flow from using the agent's active version, as problem and cure.</summary>
    public static IEnumerable<(string Problem, string Cure)> Problems<TIn, TOut>(FlowRuntime runtime, string name)
    {
        if (runtime.Agents is not { } registry)
        {
            return [($"agent '{name}' is one of the registry, and the runtime has none", "set FlowRuntimeOptions.Agents or say AddAgentRegistry")];
        }

        if (registry.Find(name)?.Active is not { IsDeprecated: false } version)
        {
            return [($"agent '{name}' has no active version in the registry that new runs may use", "register and activate one")];
        }

        return FindIn<TIn, TOut>(runtime, version).Select(static finding => ($"agent {finding.Agent} v{finding.Version}, {finding.Place}: {finding.Problem}", finding.Cure));
    }

    private static List<AgentFinding> FindIn<TIn, TOut>(FlowRuntime runtime, AgentVersion version)
    {
        var definition = version.Definition;
        var findings = AgentLint.MissingIn(definition, runtime.RegisteredAgents).Select(missing => Error(missing.Place, missing.Problem, missing.Cure)).ToList();
        Compare("$.inputSchema", definition.InputSchema, typeof(TIn), isOutput: false);
        Compare("$.outputSchema", definition.OutputSchema, typeof(TOut), isOutput: true);
        return findings;

        void Compare(string place, JsonElement? declared, Type type, bool isOutput)
        {
            if (declared is not { } schema) return;
            var actual = AIJsonUtilities.CreateJsonSchema(type, serializerOptions: runtime.Json);
            foreach (var (at, problem) in SchemaMatch.Problems(schema, actual, TypeNames.Short(type), isOutput)) findings.Add(Error(place + at, problem, "change the definition, or use the agent with another type"));
        }

        AgentFinding Error(string place, string problem, string cure) => new(AgentFindingSeverity.Error, version.Name, version.Number, place, problem, cure);
    }

    private static Func<TIn, string> Instructions<TIn>(AgentDefinition definition, JsonSerializerOptions json)
    {
        var template = InstructionTemplate.Parse(definition.Instructions);
        if (!template.Placeholders.Any())
        {
            var text = template.Render(default);
            return _ => text;
        }

        var type = JsonText.TypeOf<TIn>(json);
        return input => template.Render(JsonSerializer.SerializeToElement(input, type));
    }
}
