namespace AgentFlow.Testing;

/// <summary>
/// A test expectation that did not hold. The message is written for the person reading the test log: what was
/// expected, what happened instead, and where to look.
/// </summary>
/// <remarks>It belongs to no test framework: every runner reports it as a failure.</remarks>
public class FlowAssertionException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What was expected and what happened instead.</param>
    public FlowAssertionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with what caused it.</summary>
    /// <param name="message">What was expected and what happened instead.</param>
    /// <param name="innerException">The error behind it.</param>
    public FlowAssertionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
