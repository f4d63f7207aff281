using System.Diagnostics;
using AgentFlow.Agents;

namespace AgentFlow;

/// <summary>
/// Agents as versioned definitions: registered, activated, tried on a share of the runs, rolled back and deprecated while runs are under
/// way. A run pins the versions it starts with; no change reaches it. Thread-safe.
/// <code>
/// var registry = new AgentRegistry(new FileAgentStore("./data/agents"));
/// var version = await registry.RegisterAsync(definition, by: "ada", reason: "first version");
/// await registry.ActivateAsync("claims-extractor", version.Number, by: "ada", reason: "reviewed");
/// </code>
/// </summary>
/// <remarks>
/// Every change is one <see cref="AgentChange"/> in the store, with who and why; what is active follows from them. Registries, also
/// of several processes, may share a store: a change is decided on the newest state, or is decided again.
/// </remarks>
[DebuggerDisplay("{All.Count} agents")]
public sealed partial class AgentRegistry
{
    private readonly IAgentStore _store;
    private readonly AgentRegistryOptions _options;
    private readonly Lock _publishing = new();
    private readonly AgentHosts _hosts = new();
    private readonly bool _isAlone;
    private volatile Reading? _reading;

    /// <summary>Creates a registry over a store.</summary>
    /// <param name="store">Where its changes are kept; in memory when not given.</param>
    /// <param name="options">Clock and freshness; defaults when not given.</param>
    /// <exception cref="InvalidOptionException">An option is out of its range.</exception>
    public AgentRegistry(IAgentStore? store = null, AgentRegistryOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
        _store = store ?? new InMemoryAgentStore();
        _isAlone = store is null;
        if (_isAlone) _reading = new(RegistryState.Empty, _options.Time.GetTimestamp());
    }

    /// <summary>All agents by name, as far as they are known here: see <see cref="RefreshAsync"/>. A snapshot.</summary>
    public IReadOnlyList<RegisteredAgent> All => [.. State.Agents.Values];

    /// <summary>The agent of this name, or <see langword="null"/>, as far as it is known here: see <see cref="RefreshAsync"/>.</summary>
    /// <param name="name">The name; compared ordinally.</param>
    public RegisteredAgent? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return State.Find(name);
    }

    /// <summary>Reads what others have changed in the store. Called by a runtime before it starts a run; call it before reading when others may have changed something.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AgentStoreException">The store is damaged or cannot be read.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default) => await ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The differences between two versions of an agent.</summary>
    /// <param name="name">The agent.</param>
    /// <param name="before">The number of one version.</param>
    /// <param name="after">The number of the other.</param>
    /// <exception cref="AgentNotRegisteredException">There is no such agent or version.</exception>
    public AgentDiff Diff(string name, int before, int after)
    {
        var agent = Require(State, name);
        return AgentDiff.Between(Require(agent, before).Definition, Require(agent, after).Definition);
    }

    internal RegistryState State => _reading?.State ?? RegistryState.Empty;

    /// <summary>Whether the store was read at all.</summary>
    internal bool IsLoaded => _reading is not null;

    /// <summary>Whether what is known is young enough for a new run. A store that nobody else has holds nothing new.</summary>
    internal bool IsFresh => _isAlone || _reading is { } reading && _options.Time.GetElapsedTime(reading.At) is var age && age >= TimeSpan.Zero && age <= _options.RefreshAfter;

    internal AgentHosts Hosts => _hosts;

    private static RegisteredAgent Require(RegistryState state, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return state.Find(name) ?? throw AgentNotRegisteredException.Unknown(name, state.Agents.Keys);
    }

    private static AgentVersion Require(RegisteredAgent agent, int version) => agent.Find(version) ?? throw AgentNotRegisteredException.Unknown(agent, version);

    private async ValueTask<RegistryState> ReadAsync(CancellationToken cancellationToken)
    {
        var at = _options.Time.GetTimestamp();
        var known = State;
        var state = known.Apply(await _store.ReadAsync(known.Sequence, cancellationToken).ConfigureAwait(false));
        Publish(state, at);
        return state;
    }

    /// <summary>Whoever read or wrote less than another one has published takes nothing back.</summary>
    private void Publish(RegistryState state, long at)
    {
        lock (_publishing)
        {
            if (_reading is { } reading && reading.State.Sequence > state.Sequence) return;
            _reading = new(state, at);
        }
    }

    private sealed record Reading(RegistryState State, long At);
}
