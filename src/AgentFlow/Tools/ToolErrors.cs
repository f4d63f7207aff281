namespace AgentFlow;

/// <summary>What a model is told when a tool call fails: what it can act upon, and nothing of what an exception may give away.</summary>
internal static class ToolErrors
{
    public static string Unknown(string tool, IReadOnlyList<string> known) => known.Count == 0
        ? $"Error: there is no tool '{tool}'. There are no tools."
        : $"Error: there is no tool '{tool}'. The tools are: {string.Join(", ", known)}.";

    public static string TooMany(string tool, int limit) => $"Error: '{tool}' was not called: at most {limit} tools are called in one turn. Call it in your next turn if it is still needed.";

    public static string SecondEnding(string tool) => $"Error: '{tool}' was not called: another call of this turn ends the conversation, and only the first one counts.";

    public static string Malformed(string tool) => $"Error: the arguments of '{tool}' are not valid JSON. Call it again with one JSON object that fits its schema.";

    public static string Misfit(string tool, string problem) => $"Error: the arguments of '{tool}' do not fit its schema: {problem}. Call it again with arguments that fit.";

    /// <summary>Whether the tool itself wrote what the model is told.</summary>
    public static bool IsToldByTool(Exception exception) => exception is ToolException or EffectFailedException { ErrorType: "AgentFlow.ToolException" };

    public static string Of(ToolPlan tool, StepPath path, Exception exception) => exception switch
    {
        _ when IsToldByTool(exception) => $"Error: {exception.Message}",
        PolicyDeniedException denied when denied.Path.Equals(path) => OfDenial(tool, denied),
        EffectFailedException { ErrorType: "Timeout" } when tool.Effect == EffectClass.Irreversible =>
            $"Error: '{tool.Name}' did not answer in time. It may have happened all the same: do not call it again for the same purpose.",
        EffectFailedException { ErrorType: "Timeout" } => $"Error: '{tool.Name}' did not answer in time.",
        _ when ToolResultException.IsLost(exception) && tool.Effect == EffectClass.Irreversible =>
            $"Error: '{tool.Name}' was carried out, but its result cannot be shown. Do not call it again for the same purpose.",
        _ when ToolResultException.IsLost(exception) => $"Error: the result of '{tool.Name}' cannot be shown.",
        ToolArgumentsException misfit => Misfit(tool.Name, misfit.Message),
        _ => $"Error: '{tool.Name}' failed.",
    };

    /// <summary>A policy's reason is written for the model, too; a human's is not, unless the tool says so.</summary>
    private static string OfDenial(ToolPlan tool, PolicyDeniedException denied)
    {
        if (!denied.IsRejection) return $"Error: the call of '{tool.Name}' was refused: {denied.Reason}";
        return tool.Approval?.TellsModel == true
            ? $"Error: the call of '{tool.Name}' was rejected: {denied.Reason}"
            : $"Error: the call of '{tool.Name}' was rejected by a human.";
    }

    /// <summary>
    /// Whether a model can do something about it. What only the host can mend or find out, and what ends the run, is not for it: told
    /// that an uncertain payment failed, a model would pay again.
    /// </summary>
    public static bool IsForModel(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        FlowNondeterminismException or FlowContextMisuseException or FlowDefinitionException or InvalidOptionException or UnknownModelException or ModelChoiceException or Journaling.JournalException => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        EffectFailedException failed => !failed.Is<UnknownModelException>() && !failed.Is<ModelChoiceException>() && failed.ErrorType is not ("UnknownLane" or "EffectLimitExceeded" or UncertainEffect.Type),
        _ => true,
    };
}

/// <summary>The arguments of a call passed the schema and still are no input of the step.</summary>
internal sealed class ToolArgumentsException(string problem, Exception innerException) : AgentFlowException(problem, innerException);
