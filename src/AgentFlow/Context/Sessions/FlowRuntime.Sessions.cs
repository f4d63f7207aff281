using AgentFlow.Conversations;

namespace AgentFlow;

/// <content>Where sessions are kept.</content>
public sealed partial class FlowRuntime
{
    private ISessionStore? _sessions;

    /// <exception cref="InvalidOptionException">The runtime is durable and has no store.</exception>
    internal ISessionStore SessionStore => _sessions ?? LazyInitializer.EnsureInitialized(ref _sessions, () =>
        Options.Sessions ?? (ISessionStore?)Services?.GetService(typeof(ISessionStore)) ?? (IsDurable
            ? throw new InvalidOptionException($"{nameof(FlowRuntimeOptions)}.{nameof(FlowRuntimeOptions.Sessions)}", null, "A run in a session was started, and runs are durable: set a store that is, new FileSessionStore(directory) for example.")
            : new InMemorySessionStore()));
}
