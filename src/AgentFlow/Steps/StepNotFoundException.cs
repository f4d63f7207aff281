namespace AgentFlow;

/// <summary>No step, flow or agent of the name, version and type that was asked for is registered.</summary>
public sealed class StepNotFoundException : AgentFlowException
{
    internal StepNotFoundException(string name, int? version, Type wanted, Step? found, IReadOnlyList<Step> known)
        : base(Describe(name, version, wanted, found, known))
    {
        Name = name;
        Version = version;
        Wanted = wanted;
    }

    /// <summary>The name that was asked for.</summary>
    public string Name { get; }

    /// <summary>The version that was asked for; <see langword="null"/> means the highest.</summary>
    public int? Version { get; }

    /// <summary>The type that was asked for, a closed <see cref="Step{TIn,TOut}"/> or <see cref="Flow{TIn,TOut}"/>.</summary>
    public Type Wanted { get; }

    private static string Describe(string name, int? version, Type wanted, Step? found, IReadOnlyList<Step> known)
    {
        var asked = version is null ? $"'{name}'" : $"'{name}' version {version}";
        if (found is not null) return $"{asked} is registered as '{found}', not as {TypeNames.Short(wanted)}. Ask for the types it was built with.";
        var names = known.Count == 0 ? "nothing" : string.Join(", ", known.Select(step => $"'{step.Name}'").Distinct());
        return $"{asked} is not registered; known: {names}. Register it with AddFlow, AddAgent or AddStep, or FlowRuntimeOptions.Steps.Add.";
    }
}
