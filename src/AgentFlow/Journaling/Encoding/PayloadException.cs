namespace AgentFlow.Journaling;

/// <summary>A value cannot be kept in the durable journal: it does not serialize, or it is too large. Nothing was written.</summary>
public sealed class PayloadException : AgentFlowException
{
    internal PayloadException(StepPath path, string problem, Exception? innerException)
        : base($"'{path}': {problem}", innerException) => Path = path;

    /// <summary>Where the value belongs.</summary>
    public StepPath Path { get; }
}
