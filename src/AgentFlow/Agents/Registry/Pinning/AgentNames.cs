namespace AgentFlow;

/// <summary>Finds the agents of the registry that a flow refers to: in its steps, in nested flows, and in the tools of its agents.</summary>
internal static class AgentNames
{
    /// <summary>The names, each once. A loop: flows may be nested deeper than a stack is.</summary>
    public static IReadOnlyList<string> In(Step step)
    {
        var names = new List<string>();
        var met = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Step>([step]);
        while (open.TryPop(out var next))
        {
            if (!met.Add(next.Shape)) continue;
            if (next.RegisteredAgent is { } name && !names.Contains(name, StringComparer.Ordinal)) names.Add(name);
            foreach (var reached in next.ToolSteps) open.Push(reached);
            for (var i = next.Parts.Count - 1; i >= 0; i--) open.Push(next.Parts[i].Step);
        }

        return names;
    }
}
