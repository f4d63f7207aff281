namespace AgentFlow;

/// <summary>What a model is told when a tool call fails: what it can act upon, and nothing of what an exception may give away.</summary>
internal static class ToolErrors
{
    public static string Unknown(string tool, IReadOnlyList<string> known) => known.Count == 0
        ? $"Error: there is no tool '{tool}'. There are no tools."
        : $"Error: there is no tool '{tool}'. The tools are: {string.Join(", ", known)}.";

    public static string Malformed(string tool) => $"Error: the arguments of '{tool}' are not valid JSON. Call it again with one JSON object that fits its schema.";

    public static string Misfit(string tool, string problem) => $"Error: the arguments of '{tool}' do not fit its schema: {problem}. Call it again with arguments that fit.";

    /// <summary>Whether the tool itself wrote what the model is told.</summary>
    public static bool IsToldByTool(Exception exception) => exception is ToolException or EffectFailedException { ErrorType: "AgentFlow.ToolException" };

    public static string Of(string tool, EffectClass effect, Exception exception) => exception switch
    {
        _ when IsToldByTool(exception) => $"Error: {exception.Message}",
        PolicyDeniedException denied => $"Error: the call of '{tool}' was refused: {denied.Reason}",
        EffectFailedException { ErrorType: "Timeout" } when effect == EffectClass.Irreversible =>
            $"Error: '{tool}' did not answer in time. It may have happened all the same: do not call it again for the same purpose.",
        EffectFailedException { ErrorType: "Timeout" } => $"Error: '{tool}' did not answer in time.",
        ToolArgumentsException misfit => Misfit(tool, misfit.Message),
        _ => $"Error: '{tool}' failed.",
    };

    /// <summary>
    /// Whether a model can do something about it. What only the host can mend or find out, and what ends the run, is not for it: told
    /// that an uncertain payment failed, a model would pay again.
    /// </summary>
    public static bool IsForModel(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        FlowNondeterminismException or FlowContextMisuseException or FlowDefinitionException or InvalidOptionException or UnknownModelException or Journaling.JournalException => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        EffectFailedException failed => !failed.Is<UnknownModelException>() && failed.ErrorType is not ("UnknownLane" or "EffectLimitExceeded" or EffectOutcome.UncertainType),
        _ => true,
    };
}

/// <summary>The arguments of a call passed the schema and still are no input of the step.</summary>
internal sealed class ToolArgumentsException(string problem, Exception innerException) : AgentFlowException(problem, innerException);
