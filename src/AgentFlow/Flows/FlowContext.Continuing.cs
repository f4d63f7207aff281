namespace AgentFlow;

/// <content>Flows that go on for ever, in runs that do not.</content>
public sealed partial class FlowContext
{
    /// <summary>
    /// Ends this run and begins a new one of the same flow, which has no history: for flows that go on for ever.
    /// <code>
    /// if (handled == 1000) throw ctx.ContinueAsNew(state);
    /// </code>
    /// </summary>
    /// <remarks>
    /// The new run has an id that follows from the first one's (<c>orders</c>, <c>orders~2</c>, <c>orders~3</c>) and the same options, which
    /// count anew for it: deadline, limit of effects. It is in the journal before this one ends; a crash in between neither loses nor doubles
    /// it. Whoever awaits the result of this run gets the result of the last one; cancelling it cancels the one that executes. What this run
    /// has left open (requests, signals that nobody took) ends with it.
    /// </remarks>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <param name="input">What the new run starts with.</param>
    /// <returns>The exception to throw. Nothing happens unless it is thrown.</returns>
    /// <exception cref="FlowContextMisuseException">This is not the code of the flow that the run executes, a call is in flight, or the flow has returned.</exception>
    /// <exception cref="ArgumentException">The flow takes something else.</exception>
    public ContinueAsNewException ContinueAsNew<TIn>(TIn input)
    {
        BeginCall();
        EndCall();
        if (!Path.FirstAttempt().Equals(Run.RootPath)) throw new FlowContextMisuseException(Path, $"only the code of flow '{Run.FlowName}' itself, which the run executes, can continue it as a new run. Return to it first.");
        if (input is null ? Run.Flow.InputType.IsValueType && Nullable.GetUnderlyingType(Run.Flow.InputType) is null : !Run.Flow.InputType.IsInstanceOfType(input))
        {
            throw new ArgumentException($"Flow '{Run.FlowName}' takes a {TypeNames.Short(Run.Flow.InputType)}, not {(input is null ? "null" : $"a {TypeNames.Short(input.GetType())}")}.", nameof(input));
        }

        return new(input);
    }
}
