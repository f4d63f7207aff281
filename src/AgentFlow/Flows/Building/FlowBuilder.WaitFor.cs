namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>Waits for a signal from outside: <c>.WaitFor&lt;Payment&gt;("paid")</c>. See <see cref="FlowRuntime.SignalAsync{T}(RunId, string, T, SignalOptions, CancellationToken)"/>.</summary>
    /// <typeparam name="TSignal">The type of the signal's value.</typeparam>
    /// <param name="signal">The name of the signal.</param>
    /// <param name="timeout">How long at the most, more than zero and up to 3650 days; then the flow fails with a <see cref="SignalTimeoutException"/>. For ever when not given.</param>
    /// <param name="name">A segment of the path; the signal's name when not given.</param>
    /// <returns>Goes on with the value and the signal's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is out of its range.</exception>
    public FlowBuilder<TIn, (TCurrent Value, TSignal Signal)> WaitFor<TSignal>(string signal, TimeSpan? timeout = null, string? name = null)
    {
        StepName.Validate(signal);
        FlowContext.CheckSignalTimeout(timeout);
        Scope.Name(name ?? signal);
        return Add(new WaitForNode<TIn, TCurrent, TSignal>(_last, signal, timeout, name ?? signal));
    }
}
