namespace AgentFlow;

/// <summary>Looks for what is wrong with the agents of a registry.</summary>
internal static class AgentLint
{
    private const int LongInstructions = 200_000;

    public static IReadOnlyList<AgentFinding> FindAll(IEnumerable<RegisteredAgent> agents, IReadOnlyList<IAgentHost> hosts)
    {
        var all = agents.ToList();
        var findings = all.SelectMany(agent => FindIn(agent, hosts)).Concat(Overlaps(all));
        return [.. findings.Distinct().OrderByDescending(static finding => finding.Severity).ThenBy(static finding => finding.Agent, StringComparer.Ordinal)];
    }

    /// <summary>What keeps a version from being used, and what is doubtful about it.</summary>
    public static IEnumerable<AgentFinding> FindIn(AgentVersion version, IReadOnlyList<IAgentHost> hosts)
    {
        var findings = new List<AgentFinding>();
        var definition = version.Definition;
        InstructionTemplate.Check(definition, Error);
        foreach (var host in hosts)
        {
            foreach (var (place, problem, cure) in MissingIn(definition, host)) Error(place, problem, cure);
        }

        if (definition.Description.Length == 0) Add(AgentFindingSeverity.Warning, "$.description", "is empty: nobody finds the agent, and models that have it as a tool do not know what it is for", "say it in one or two sentences");
        if (definition.Capabilities.Count == 0) Add(AgentFindingSeverity.Information, "$.capabilities", "are none: no work is assigned to the agent by capability", "name what it can do");
        if (definition.Instructions.Length > LongInstructions) Add(AgentFindingSeverity.Warning, "$.instructions", $"have {definition.Instructions.Length} characters, more than many models take", "say it shorter");
        return findings.Distinct();

        void Error(string place, string problem, string cure) => Add(AgentFindingSeverity.Error, place, problem, cure);

        void Add(AgentFindingSeverity severity, string place, string problem, string cure) => findings.Add(new(severity, version.Name, version.Number, place, problem, cure));
    }

    /// <summary>What a version needs and a runtime does not provide.</summary>
    public static IEnumerable<(string Place, string Problem, string Cure)> MissingIn(AgentDefinition definition, IAgentHost host)
    {
        foreach (var problem in ToolProblems(definition, host)) yield return problem;
        if (!host.HasModel(definition.Model)) yield return ModelProblem(definition, host);
        for (var i = 0; i < definition.Policies.Count; i++)
        {
            if (!host.HasPolicy(definition.Policies[i])) yield return ($"$.policies[{i}]", $"the runtime has no policy '{definition.Policies[i]}', without which the agent must not run", "add it with AddPolicy or FlowRuntimeOptions.Policies");
        }
    }

    private static IEnumerable<(string Place, string Problem, string Cure)> ToolProblems(AgentDefinition definition, IAgentHost host)
    {
        for (var i = 0; i < definition.Tools.Count; i++)
        {
            var (name, place) = (definition.Tools[i], $"$.tools[{i}]");
            if (name == ModelCallStep.StepName)
            {
                yield return (place, $"a tool is named '{name}', like the agent's model calls", "name the tool otherwise");
            }
            else if (host.FindTool(name) is not { } tool)
            {
                yield return (place, $"nobody provides the tool '{name}'; there is {Names(host.ToolNames)}", "add it with AddTool or FlowRuntimeOptions.Tools.Add, or take it out of the definition");
            }
            else if (definition.Scopes.Count > 0 && tool.Scopes.FirstOrDefault(scope => !definition.Scopes.Contains(scope, StringComparer.Ordinal)) is { } scope)
            {
                yield return (place, $"the tool '{name}' needs the scope '{scope}', which the agent does not have", "add the scope to the definition, or take the tool out of it");
            }
        }
    }

    private static (string Place, string Problem, string Cure) ModelProblem(AgentDefinition definition, IAgentHost host)
    {
        var (problem, cure) = UnknownModelException.Explain(definition.Name, definition.Model, host.ModelNames);
        return ("$.model", problem, cure);
    }

    private static IEnumerable<AgentFinding> FindIn(RegisteredAgent agent, IReadOnlyList<IAgentHost> hosts)
    {
        if (agent.Active is null) yield return new(AgentFindingSeverity.Information, agent.Name, null, "$", "no version is active: no run can use the agent", "activate one with ActivateAsync");
        else if (agent.Active.IsDeprecated) yield return new(AgentFindingSeverity.Error, agent.Name, agent.ActiveNumber, "$", "the version is active and deprecated: new runs that need it are refused", "activate another one, or take the deprecation back with ReinstateAsync");
        if (agent.Canary is { } canary && agent.All[canary.Version - 1].IsDeprecated) yield return new(AgentFindingSeverity.Warning, agent.Name, canary.Version, "$", "the version is a canary and deprecated: no run gets it", "end the canary with CanaryAsync(…, percent: 0, …)");
        int?[] looked = [agent.ActiveNumber, agent.Canary?.Version, agent.All.Count];
        foreach (var finding in looked.OfType<int>().Distinct().SelectMany(number => FindIn(agent.All[number - 1], hosts))) yield return finding;
    }

    private static IEnumerable<AgentFinding> Overlaps(List<RegisteredAgent> agents)
    {
        var offers = agents.Where(static agent => agent.Active is { IsDeprecated: false })
            .SelectMany(static agent => agent.Active!.Definition.Capabilities.Select(capability => (Capability: capability, Agent: agent)))
            .GroupBy(static offer => offer.Capability, StringComparer.OrdinalIgnoreCase);
        foreach (var offer in offers)
        {
            var names = offer.Select(static one => one.Agent.Name).Distinct().ToList();
            if (names.Count < 2) continue;
            yield return new(AgentFindingSeverity.Information, names[0], null, "$.capabilities", $"the capability '{offer.Key}' is also one of {Names(names[1..])}: work by it goes to any of them", "name it more narrowly when that is not meant");
        }
    }

    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Select(static name => $"'{name}'"));
}
