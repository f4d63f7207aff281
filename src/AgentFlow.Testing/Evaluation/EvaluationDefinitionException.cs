namespace AgentFlow.Testing;

/// <summary>An evaluation cannot begin: cases or scorers are not what they must be. Nothing was run.</summary>
public sealed class EvaluationDefinitionException : AgentFlowException
{
    internal EvaluationDefinitionException(IReadOnlyList<string> defects)
        : base($"The evaluation cannot begin:{string.Concat(defects.Select(static defect => $"\n  {defect}"))}") => Defects = defects;

    /// <summary>Everything that is wrong, each with its cure.</summary>
    public IReadOnlyList<string> Defects { get; }
}
