namespace AgentFlow.Testing;

/// <summary>Calls the body of a step without a run around it.</summary>
public static class StepBodyExtensions
{
    /// <summary>
    /// Calls the body once and returns what it returns, exceptions included: no policy, retry, timeout or journal is involved.
    /// </summary>
    /// <typeparam name="TIn">What the step takes.</typeparam>
    /// <typeparam name="TOut">What the step yields.</typeparam>
    /// <param name="step">A step with a body.</param>
    /// <param name="input">Its input.</param>
    /// <param name="context">What the body gets; a fresh context when omitted.</param>
    /// <exception cref="ArgumentException">The step has no body: it is a flow, an agent, or a step with a fallback or a cache around it.</exception>
    public static async Task<TOut> RunBodyAsync<TIn, TOut>(this Step<TIn, TOut> step, TIn input, TestStepContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step is not EffectStep<TIn, TOut> effect)
        {
            throw new ArgumentException($"{step} has no body of its own: run it with {nameof(FlowTestHost)}.{nameof(FlowTestHost.RunAsync)}.", nameof(step));
        }

        context ??= new() { StepName = step.Name };
        return await context.CallAsync(effect, input).ConfigureAwait(false);
    }
}
