using System.Diagnostics.CodeAnalysis;

namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Runs a step of a class that takes services in its constructor; see
    /// <see cref="Step.FromServices{TStep,TIn,TOut}(Action{StepOptions{TIn,TOut}},string)"/>.
    /// </summary>
    /// <typeparam name="TStep">The class.</typeparam>
    /// <typeparam name="TNext">What it yields.</typeparam>
    /// <param name="options">Retry, timeout, lane. An irreversible class must be declared with <c>o.Effect(EffectClass.Irreversible)</c>.</param>
    /// <param name="name">The step's name; the class name in kebab case without the suffix <c>Step</c> when not given.</param>
    public FlowBuilder<TIn, TNext> Then<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStep, TNext>(
        Action<StepOptions<TCurrent, TNext>>? options = null, string? name = null)
        where TStep : EffectStep<TCurrent, TNext> =>
        Then(Step.FromServices<TStep, TCurrent, TNext>(options, name));

    /// <summary>Runs a step of a class that takes services in its constructor and yields the type it takes.</summary>
    /// <inheritdoc cref="Then{TStep,TNext}(Action{StepOptions{TCurrent,TNext}},string)"/>
    public FlowBuilder<TIn, TCurrent> Then<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStep>(
        Action<StepOptions<TCurrent, TCurrent>>? options = null, string? name = null)
        where TStep : EffectStep<TCurrent, TCurrent> =>
        Then<TStep, TCurrent>(options, name);
}
