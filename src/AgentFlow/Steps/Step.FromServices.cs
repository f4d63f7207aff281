using System.Diagnostics.CodeAnalysis;

namespace AgentFlow;

public abstract partial class Step
{
    /// <summary>
    /// A step of a class that takes services in its constructor. Each attempt gets an instance of its own from a service scope of
    /// its own: the registered one, or one made for the attempt. Both are disposed when the attempt has ended.
    /// </summary>
    /// <remarks>
    /// Only the class's body runs; name, effect class and options are those given here. A class that cannot be made fails the step
    /// with a <see cref="StepConstructionException"/>.
    /// </remarks>
    /// <typeparam name="TStep">The class.</typeparam>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="options">Retry, timeout, lane. An irreversible class must be declared with <c>o.Effect(EffectClass.Irreversible)</c>.</param>
    /// <param name="name">The step's name; the class name in kebab case without the suffix <c>Step</c> when not given.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    public static Step<TIn, TOut> FromServices<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStep, TIn, TOut>(
        Action<StepOptions<TIn, TOut>>? options = null, string? name = null)
        where TStep : EffectStep<TIn, TOut> =>
        new InjectedStep<TStep, TIn, TOut>(name).Configure(options);
}
