using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Everything that is wrong with an agent, found before it runs.</summary>
internal static class AgentDefects
{
    public static List<FlowDefect> Find(string agent, IReadOnlyList<Tool> tools, ChatOptions options, StepOptions<ModelRequest, ChatResponse> modelCalls)
    {
        var defects = new List<FlowDefect>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            var path = $"{agent}/{tool.Name}";
            if (!names.Add(tool.Name)) defects.Add(new(path, $"two tools are named '{tool.Name}'", "name one of them otherwise: Tool.From(…, o => o.Name(\"…\"))"));
            if (tool.Name == ModelCallStep.StepName) defects.Add(new(path, $"'{tool.Name}' is the name of the agent's model calls", "name the tool otherwise: Tool.From(…, o => o.Name(\"…\"))"));
            defects.AddRange(tool.FindDefects(path));
        }

        if (options.Tools is { Count: > 0 }) defects.Add(new(agent, "Options(…) sets tools, which would be called past the gate", "give the agent its tools with Tools(…)"));
        if (options.ResponseFormat is not null) defects.Add(new(agent, "Options(…) sets a response format", "leave it to the agent's result type"));
        if (modelCalls.FallbackStep is not null || modelCalls.CacheKey is not null)
        {
            defects.Add(new($"{agent}/{ModelCallStep.StepName}", "a model call has no fallback and no cache of its own", "set them on the agent: Then(agent, o => o.Fallback(…))"));
        }

        return defects;
    }
}
