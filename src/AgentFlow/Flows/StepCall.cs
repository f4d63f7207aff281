namespace AgentFlow;

/// <summary>A step and what it is to be run with: one of several calls that flow code makes at once.</summary>
/// <typeparam name="TIn">What the step takes.</typeparam>
/// <typeparam name="TOut">What the step yields.</typeparam>
/// <param name="Step">The step.</param>
/// <param name="Input">Its input.</param>
public readonly record struct StepCall<TIn, TOut>(Step<TIn, TOut> Step, TIn Input);
