using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.DependencyInjection;

/// <summary>Something a host added: applied to the runtime's options, in order of registration, when the runtime is resolved.</summary>
internal sealed class RuntimeContribution(string kind, string? name, object identity, Action<IServiceProvider, FlowRuntimeOptions> apply)
{
    public string Kind => kind;

    /// <summary>Null when anything of this kind may be added any number of times.</summary>
    public string? Name => name;

    public void Apply(IServiceProvider services, FlowRuntimeOptions options) => apply(services, options);

    public bool ClashesWith(RuntimeContribution other) => name is not null && kind == other.Kind && name == other.Name;

    /// <summary>A module may be added twice: false when the same thing was added under the same name before.</summary>
    public bool TryAddTo(IServiceCollection services)
    {
        if (services.Any(IsThis)) return false;
        services.AddSingleton(this);
        return true;
    }

    private bool IsThis(ServiceDescriptor descriptor) =>
        !descriptor.IsKeyedService && descriptor.ImplementationInstance is RuntimeContribution other
        && kind == other.Kind && name == other.Name && identity.Equals(other.Identity);

    private object Identity => identity;
}
