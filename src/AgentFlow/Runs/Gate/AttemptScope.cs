using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow;

/// <summary>What one attempt of an effect owns: its number and, on demand, a service scope that ends with it.</summary>
internal sealed class AttemptScope(IServiceProvider? services, int attempt) : IAsyncDisposable
{
    private AsyncServiceScope? _scope;

    public int Attempt => attempt;

    /// <summary>The services of the attempt, or null when the runtime has none.</summary>
    public IServiceProvider? ServicesOrNull => services is null ? null : Services;

    public IServiceProvider Services
    {
        get
        {
            if (services is null) throw new InvalidOperationException("The runtime was created without a service provider. Create it with services.AddAgentFlow(), or set FlowRuntimeOptions.Services.");
            lock (this) _scope ??= services.CreateAsyncScope();
            return _scope.Value.ServiceProvider;
        }
    }

    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? default;
}
