using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow;

/// <summary>A step whose class comes from the attempt's service scope. The instance lives for one attempt.</summary>
internal sealed class InjectedStep<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStep, TIn, TOut>(string? name)
    : EffectStep<TIn, TOut>(name ?? StepName.Of(typeof(TStep)))
    where TStep : EffectStep<TIn, TOut>
{
    private protected override bool IsSameDefinition(Step other) => other is InjectedStep<TStep, TIn, TOut>;

    protected internal override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context)
    {
        var step = context.Services.GetService<TStep>();
        if (step is null)
        {
            step = ActivatorUtilities.CreateInstance<TStep>(context.Services);
            context.Scope!.Own(step);
        }

        // The gate had to decide about intent and repetition before the instance existed.
        if (step.Effect == EffectClass.Irreversible && Plan.Effect != EffectClass.Irreversible)
        {
            throw new InvalidOptionException(
                $"The effect class of step '{context.Path}'",
                Plan.Effect,
                $"Its class {TypeNames.Short(typeof(TStep))} is Irreversible: declare it where the step is used, o => o.Effect(EffectClass.Irreversible).");
        }

        return step.ExecuteAsync(input, context);
    }
}
