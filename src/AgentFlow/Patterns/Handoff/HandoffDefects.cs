namespace AgentFlow;

/// <summary>Everything that is wrong with a <c>Handoff</c>, found before it runs.</summary>
internal static class HandoffDefects
{
    public static void Report<TIn, TOut>(
        DraftScope scope, List<Agent<TIn, TOut>> agents, List<HandoffHuman> humans, List<HandoffEdge> edges, HandoffHistory history, HandoffUser? user)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { HandoffNode<TIn, TOut>.Hop };
        foreach (var name in agents.Select(agent => agent.Name).Concat(humans.Select(human => human.Name)).Concat(new[] { history.Summarizer?.Name, user?.Name }.OfType<string>()))
        {
            if (!names.Add(name)) scope.Report(name, $"the name '{name}' is taken, by another participant or the hand-offs' decisions ('hop')", "give every agent, human and summarizer a name of its own");
        }

        foreach (var edge in edges.GroupBy(edge => (edge.From, edge.To)).Where(same => same.Count() > 1)) scope.Report(edge.Key.From, $"the edge to '{edge.Key.To}' is given twice", "leave one of them out");
        foreach (var edge in edges.Where(edge => edge.From == edge.To)) scope.Report(edge.From, $"'{edge.From}' hands over to itself", "leave the edge out: an agent that does not hand over keeps control");
        ReportTools(scope, agents, edges);
        ReportUnreachable(scope, agents, edges);
    }

    private static void ReportTools<TIn, TOut>(DraftScope scope, List<Agent<TIn, TOut>> agents, List<HandoffEdge> edges)
    {
        foreach (var agent in agents)
        {
            var taken = agent.Definition.Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var to in edges.Where(edge => edge.From == agent.Name).Select(edge => edge.To).Distinct())
            {
                var tool = HandoffTool.NameFor(to);
                if (tool.Length > ToolName.MaxLength) scope.Report(agent.Name, $"the tool '{tool}' has a longer name than models accept", $"shorten the name '{to}' to {ToolName.MaxLength - HandoffTool.Prefix.Length} characters");
                else if (!taken.Add(tool)) scope.Report(agent.Name, $"two tools are named '{tool}'", "rename one of the participants, or the agent's own tool");
            }
        }
    }

    private static void ReportUnreachable<TIn, TOut>(DraftScope scope, List<Agent<TIn, TOut>> agents, List<HandoffEdge> edges)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { agents[0].Name };
        var open = new Stack<string>(reached);
        while (open.TryPop(out var from))
        {
            foreach (var edge in edges.Where(edge => edge.From == from && reached.Add(edge.To))) open.Push(edge.To);
        }

        foreach (var agent in agents.Where(agent => !reached.Contains(agent.Name)))
        {
            scope.Report(agent.Name, $"no edges lead from '{agents[0].Name}' to '{agent.Name}', so it never gets control", "add an edge to it, or leave it out");
        }
    }
}
