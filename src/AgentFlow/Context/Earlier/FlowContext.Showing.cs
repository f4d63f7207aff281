namespace AgentFlow;

/// <content>What later agents may see.</content>
public sealed partial class FlowContext
{
    /// <summary>
    /// Lets later agents of this scope and of those around it see a value, when they are built to: <see cref="AgentBuilder{TIn,TOut}.Sees"/>. Not recorded: flow
    /// code shows the same on replay. What a scope that fails has shown is not seen.
    /// </summary>
    /// <typeparam name="T">The type of the value; what agents see is its JSON.</typeparam>
    /// <param name="name">What it is called.</param>
    /// <param name="value">The value; not changed afterwards by anybody.</param>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    public void Show<T>(string name, T value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        BeginCall();
        try
        {
            _runState = Shown(State, Path, new ShownOutput<T>(name, value, _label));
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>What a step inside has written, and what it yielded to be seen.</summary>
    internal void TakeShown(FlowContext inside, StepPath path, ShownOutput output) => TakeState(path, Shown(inside.Written, path, output));

    private static StateChain Shown(StateChain? state, StepPath path, ShownOutput output) =>
        StateChain.Add(state, new StateWrite<IReadOnlyList<ShownOutput>>(ShownOutput.Key, [output], path, output.Label, isUpdate: true));
}
