namespace AgentFlow;

/// <summary>
/// A lambda of a verb threw: a mapping, a route's key, a loop's condition. Such lambdas are pure and nothing of them is
/// recorded; <see cref="Exception.InnerException"/> is what it threw.
/// </summary>
public sealed class FlowCodeException : AgentFlowException
{
    internal FlowCodeException(StepPath path, string what, Exception innerException)
        : base($"'{path}': {what} threw {innerException.GetType().Name}: {Sentence(EffectOutcome.MessageOf(innerException))} The lambdas of verbs are pure; put work that may fail into a step.", innerException) =>
        Path = path;

    internal FlowCodeException(StepPath path, string message)
        : base($"'{path}': {message}") => Path = path;

    private static string Sentence(string text) => text.TrimEnd() switch
    {
        "" => "(no message).",
        [.., '.' or '!' or '?' or '…'] ended => ended,
        var open => $"{open}.",
    };

    /// <summary>The verb.</summary>
    public StepPath Path { get; }
}
