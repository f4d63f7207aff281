namespace AgentFlow;

/// <summary>One thing that is wrong with a definition.</summary>
/// <param name="Path">Where.</param>
/// <param name="Problem">What.</param>
/// <param name="Cure">What to write instead.</param>
public sealed record FlowDefect(string Path, string Problem, string Cure)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Problem}. {char.ToUpperInvariant(Cure[0])}{Cure[1..]}.";
}

/// <summary>A flow cannot be built. Lists every defect, each with its place and cure.</summary>
public sealed class FlowDefinitionException : AgentFlowException
{
    internal FlowDefinitionException(string flow, IReadOnlyList<FlowDefect> defects)
        : base($"Flow '{flow}' has {defects.Count} defect{(defects.Count == 1 ? "" : "s")}:{string.Concat(defects.Select(defect => $"{Environment.NewLine}- {defect}"))}")
    {
        Flow = flow;
        Defects = defects;
    }

    /// <summary>The flow's name.</summary>
    public string Flow { get; }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<FlowDefect> Defects { get; }
}
