namespace AgentFlow;

/// <summary>
/// A step's class cannot be made: a service that its constructor takes is not registered. A host that registers the flow with
/// <c>AddFlow</c> and validates on start learns it there; <see cref="FlowRuntime.FindDefects"/> tells as well.
/// </summary>
public sealed class StepConstructionException : AgentFlowException
{
    internal StepConstructionException(StepPath path, Type stepType, Type? serviceType, string problem, string cure, Exception innerException)
        : base($"'{path}': {problem}. {char.ToUpperInvariant(cure[0])}{cure[1..]}.", innerException)
    {
        Path = path;
        StepType = stepType;
        ServiceType = serviceType;
    }

    /// <summary>The step.</summary>
    public StepPath Path { get; }

    /// <summary>The class that could not be made.</summary>
    public Type StepType { get; }

    /// <summary>The service that its constructor takes and nobody has registered; <see langword="null"/> when one of its services lacks something.</summary>
    public Type? ServiceType { get; }
}
