using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Everything that is wrong with an agent, found before it runs.</summary>
internal static class AgentDefects
{
    public static DefectList Find(string agent, IReadOnlyList<Tool> tools, ChatOptions options, StepOptions<ModelRequest, ChatResponse> modelCalls)
    {
        const string Rename = "name one of them otherwise: Tool.From(…, o => o.Name(\"…\"))";
        var defects = new DefectList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            var path = $"{agent}/{tool.Name}";
            if (!names.Add(tool.Name)) defects.Add(path, $"two tools are named '{tool.Name}'", Rename);
            if (tool.Name == ModelCallStep.StepName) defects.Add(path, $"a tool is named '{tool.Name}', like the agent's model calls", Rename);
            tool.Validate(defects, path);
        }

        if (options.Tools is { Count: > 0 }) defects.Add(agent, "Options(…) sets tools, which would be called past the gate", "give the agent its tools with Tools(…)");
        if (options.ResponseFormat is not null) defects.Add(agent, "Options(…) sets a response format", "leave it to the agent's result type");
        if (modelCalls.FallbackStep is not null || modelCalls.Caching is not null || modelCalls.IsShown)
        {
            defects.Add($"{agent}/{ModelCallStep.StepName}", "a model call has no fallback and no cache of its own, and is not shown by itself", "set them on the agent: Then(agent, o => o.Fallback(…))");
        }

        return defects;
    }
}
