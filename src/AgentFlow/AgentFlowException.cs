namespace AgentFlow;

/// <summary>Root of every exception that AgentFlow throws for a reason of its own.</summary>
public abstract class AgentFlowException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Names the place, the value and the cure.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    protected AgentFlowException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
