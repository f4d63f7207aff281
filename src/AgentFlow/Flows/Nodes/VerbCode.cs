namespace AgentFlow;

/// <summary>Runs the lambdas of verbs: what they throw gets the verb's path.</summary>
internal static class VerbCode
{
    public static TOut Run<TIn, TOut>(FlowContext context, StepPath path, string what, Func<TIn, TOut> code, TIn value)
    {
        try
        {
            return code(value);
        }
        catch (Exception exception) when (!IsCancellation(context, exception))
        {
            throw Failed(context, path, what, exception);
        }
    }

    public static Exception Failed(FlowContext context, StepPath path, string what, Exception exception) =>
        At(context, path, new FlowCodeException(path, what, exception));

    /// <summary>Notes the verb as the place where the exception came from, for the error that the caller of the run gets.</summary>
    public static Exception At(FlowContext context, StepPath path, Exception exception)
    {
        context.Run.NoteFailure(exception, path);
        return exception;
    }

    public static bool IsCancellation(FlowContext context, Exception exception) =>
        exception is OperationCanceledException && context.IsCancelled;
}
