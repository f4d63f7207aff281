namespace AgentFlow;

/// <summary>Failures of participants: which of them the one who decides may see, and what a model is told of them.</summary>
internal static class PatternFailures
{
    /// <summary>What only the host can mend or find out ends the flow: told that an uncertain payment failed, a supervisor would pay again.</summary>
    public static void ThrowIfFatal<T>(in Outcome<T> outcome, FlowContext context)
    {
        if (outcome.IsSuccess) return;
        var failure = new EffectFailedException(outcome.ErrorType, outcome.Message, outcome.Path ?? context.Path);
        if (!ToolErrors.IsForModel(failure, CancellationToken.None) || failure.Is<InvalidOptionException>()) throw VerbCode.At(context, failure.Path, failure);
    }

    /// <summary>What a model is told: what a tool or this library has written for it, and of anything else no more than its type.</summary>
    public static string ForModel(string errorType, string message) => errorType switch
    {
        "AgentFlow.ToolException" or "AgentFlow.TaskMisfitException" => message,
        "Timeout" => "It did not answer in time.",
        PolicyDeniedException.Type => "It was refused.",
        _ => "It failed.",
    };
}
