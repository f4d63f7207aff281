namespace AgentFlow;

/// <summary>
/// Thrown by a tool to tell the model what went wrong. Only this message reaches the model; of any other exception it learns
/// no more than that the tool failed.
/// </summary>
public sealed class ToolException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What the model is told: what was wrong and what it can do about it. No secrets.</param>
    /// <param name="innerException">What caused it, for logs only.</param>
    public ToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
