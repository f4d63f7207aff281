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
        var step = Make(context);

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

    internal override void CheckAgainst(FlowRuntime runtime, DefectList defects, string path)
    {
        base.CheckAgainst(runtime, defects, path);
        if (runtime.Services is not { } services) defects.Add(path, $"class '{TypeNames.Short(typeof(TStep))}' takes its services from a container, and the runtime has none", "create the runtime with services.AddAgentFlow(), or set FlowRuntimeOptions.Services");
        else if (StepConstructor.Problem(typeof(TStep), services) is { } found) defects.Add(path, found.Problem, found.Cure);
    }

    private static TStep Make(StepContext context)
    {
        var services = context.Services;
        try
        {
            if (services.GetService<TStep>() is { } registered) return registered;
            var step = ActivatorUtilities.CreateInstance<TStep>(services);
            context.Scope!.Own(step);
            return step;
        }
        catch (InvalidOperationException exception) when (StepConstructor.Problem(typeof(TStep), services) is { } found)
        {
            throw new StepConstructionException(context.Path, typeof(TStep), found.Service, found.Problem, found.Cure, exception);
        }
        catch (InvalidOperationException exception) when (exception.Source?.StartsWith(typeof(ActivatorUtilities).Namespace!, StringComparison.Ordinal) == true)
        {
            throw new StepConstructionException(
                context.Path, typeof(TStep), null, $"class '{TypeNames.Short(typeof(TStep))}' cannot be made: {exception.Message.TrimEnd('.')}", "register what is missing, for example services.AddSingleton<…>()", exception);
        }
    }
}
