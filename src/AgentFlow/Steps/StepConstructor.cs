using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow;

/// <summary>Finds out why a step's class cannot be made, before or after it was tried.</summary>
internal static class StepConstructor
{
    /// <summary>What is missing and what to do about it; null when nothing is, or when the container does not tell what it has.</summary>
    public static (Type? Service, string Problem, string Cure)? Problem(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type step, IServiceProvider services)
    {
        if (services.GetService<IServiceProviderIsService>() is not { } known || known.IsService(step)) return null;
        var name = TypeNames.Short(step);
        if (step.IsAbstract) return (step, $"class '{name}' is abstract, and no implementation is registered", $"register one, for example services.AddScoped<{name}, …>()");
        var constructors = step.GetConstructors();
        if (constructors.Length == 0) return (step, $"class '{name}' has no public constructor", $"make one public, or register the class, for example services.AddScoped<{name}>(services => …)");
        var marked = Array.FindAll(constructors, constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute), inherit: false));
        var missing = (marked.Length > 0 ? marked : constructors).Select(constructor => Missing(constructor, known)).MinBy(types => types.Count)!;
        if (missing.Count == 0) return null;
        var service = TypeNames.Short(missing[0]);
        return (missing[0], $"the constructor of class '{name}' takes {string.Join(" and ", missing.Select(TypeNames.Short))}, which nobody has registered", $"register {(missing.Count == 1 ? "it" : "them")}, for example services.AddSingleton<{service}>(…)");
    }

    private static List<Type> Missing(ConstructorInfo constructor, IServiceProviderIsService known) =>
        [.. constructor.GetParameters().Where(parameter => !parameter.HasDefaultValue && !IsKnown(parameter, known)).Select(parameter => parameter.ParameterType)];

    private static bool IsKnown(ParameterInfo parameter, IServiceProviderIsService known)
    {
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is not { } keyed) return known.IsService(parameter.ParameterType);
        return known is not IServiceProviderIsKeyedService keys || keys.IsKeyedService(parameter.ParameterType, keyed.Key);
    }
}
