namespace AgentFlow;

/// <content>The changes: each with who and why, decided on the newest state.</content>
public sealed partial class AgentRegistry
{
    /// <summary>
    /// Adds a version. The same content again, whenever and by whomever, is the version that exists already, and changes nothing. New
    /// runs do not use it before it is activated.
    /// </summary>
    /// <param name="definition">The content.</param>
    /// <param name="by">Who does it: a user's name suffices.</param>
    /// <param name="reason">Why, for those who read the history.</param>
    /// <param name="cancellationToken">Ends the waiting before anything is written.</param>
    /// <returns>The version, new or not.</returns>
    /// <exception cref="AgentDefinitionException">Lists everything that is wrong with the definition.</exception>
    /// <exception cref="ArgumentException">Nobody is named, or no reason is given.</exception>
    /// <exception cref="Agents.AgentStoreException">The store is damaged, or cannot be written.</exception>
    public async Task<AgentVersion> RegisterAsync(AgentDefinition definition, Principal by, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var content = DefinitionRules.Frozen(definition);
        var hash = content.Hash;
        var agent = await ChangeAsync(content.Name, by, reason, mustExist: false, agent => agent.All.Exists(version => version.Hash == hash)
            ? null
            : new Act(AgentChangeKind.Registered, agent.All.Count + 1) { Definition = content }, cancellationToken).ConfigureAwait(false);
        return agent.All.Find(version => version.Hash == hash)!;
    }

    /// <summary>Makes a version the one that new runs get, and ends a canary.</summary>
    /// <remarks>Every runtime of this process that uses the registry must be able to run it: tools, model and policies are there.</remarks>
    /// <param name="name">The agent.</param>
    /// <param name="version">The version.</param>
    /// <param name="by">Who does it: a user's name suffices.</param>
    /// <param name="reason">Why, for those who read the history.</param>
    /// <param name="cancellationToken">Ends the waiting before anything is written.</param>
    /// <exception cref="AgentNotRegisteredException">There is no such agent or version.</exception>
    /// <exception cref="AgentRefusedException">It is deprecated, or a runtime lacks something that it needs; the findings say what.</exception>
    /// <exception cref="ArgumentException">Nobody is named, or no reason is given.</exception>
    /// <exception cref="Agents.AgentStoreException">The store is damaged, or cannot be written.</exception>
    public Task<RegisteredAgent> ActivateAsync(string name, int version, Principal by, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, by, reason, mustExist: true, agent =>
        {
            RequireUsable(agent, version);
            return agent.ActiveNumber == version && agent.Canary is null ? null : new Act(AgentChangeKind.Activated, version);
        }, cancellationToken);

    /// <summary>Tries a version on a share of the new runs. Which runs follows from run id and name alone; each records what it got.</summary>
    /// <param name="name">The agent; it has an active version for all other runs.</param>
    /// <param name="version">The version to try.</param>
    /// <param name="percent">How many percent of the new runs, 0.01 to 100; 0 ends the trial.</param>
    /// <param name="by">Who does it: a user's name suffices.</param>
    /// <param name="reason">Why, for those who read the history.</param>
    /// <param name="cancellationToken">Ends the waiting before anything is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    /// <inheritdoc cref="ActivateAsync" path="/exception"/>
    public Task<RegisteredAgent> CanaryAsync(string name, int version, double percent, Principal by, string reason, CancellationToken cancellationToken = default)
    {
        if (!(percent is 0 or (>= CanaryShare.Smallest and <= 100))) throw new ArgumentOutOfRangeException(nameof(percent), percent, "Use 0.01 to 100 percent, or 0 to end the canary.");
        percent = Math.Round(percent, 2);
        return ChangeAsync(name, by, reason, mustExist: true, agent =>
        {
            Require(agent, version);
            if (percent == 0) return agent.Canary?.Version == version ? new Act(AgentChangeKind.CanaryEnded, version) : null;
            if (agent.Active is null) throw AgentRefusedException.Act(agent, version, "a canary takes its share from the active version, and there is none", "activate a version first");
            if (agent.ActiveNumber == version) throw AgentRefusedException.Act(agent, version, "it is the active version, which all runs get", "try another one");
            RequireUsable(agent, version);
            return agent.Canary == new AgentCanary(version, percent) ? null : new Act(AgentChangeKind.CanaryStarted, version) { Percent = percent };
        }, cancellationToken);
    }

    /// <summary>
    /// Takes the last step back: ends a canary, or else makes the version active again that was active before. Deprecated versions are passed over.
    /// </summary>
    /// <param name="name">The agent.</param>
    /// <param name="by">Who does it: a user's name suffices.</param>
    /// <param name="reason">Why, for those who read the history.</param>
    /// <param name="cancellationToken">Ends the waiting before anything is written.</param>
    /// <exception cref="AgentNotRegisteredException">There is no such agent.</exception>
    /// <exception cref="AgentRefusedException">There is nothing to go back to, or a runtime lacks something that it needs.</exception>
    /// <exception cref="ArgumentException">Nobody is named, or no reason is given.</exception>
    /// <exception cref="Agents.AgentStoreException">The store is damaged, or cannot be written.</exception>
    public Task<RegisteredAgent> RollBackAsync(string name, Principal by, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, by, reason, mustExist: true, agent =>
        {
            if (agent.Canary is { } canary) return new Act(AgentChangeKind.CanaryEnded, canary.Version);
            var before = agent.Before.Where(version => version != agent.ActiveNumber).FirstOrDefault(version => !agent.All[version - 1].IsDeprecated);
            if (before == 0) throw AgentRefusedException.Act(agent, agent.ActiveNumber, "there is no version to go back to that was active before and is not deprecated", "activate one with ActivateAsync");
            RequireUsable(agent, before);
            return new Act(AgentChangeKind.RolledBack, before);
        }, cancellationToken);

    /// <summary>Takes a version out of use: no new run gets it, also when it is active. Runs that began with it use it to their end.</summary>
    /// <inheritdoc cref="ActivateAsync" path="/param"/>
    /// <exception cref="AgentNotRegisteredException">There is no such agent or version.</exception>
    /// <exception cref="ArgumentException">Nobody is named, or no reason is given.</exception>
    /// <exception cref="Agents.AgentStoreException">The store is damaged, or cannot be written.</exception>
    public Task<RegisteredAgent> DeprecateAsync(string name, int version, Principal by, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, by, reason, mustExist: true, agent => Require(agent, version).IsDeprecated ? null : new Act(AgentChangeKind.Deprecated, version), cancellationToken);

    /// <summary>Takes a deprecation back.</summary>
    /// <inheritdoc cref="DeprecateAsync"/>
    public Task<RegisteredAgent> ReinstateAsync(string name, int version, Principal by, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, by, reason, mustExist: true, agent => Require(agent, version).IsDeprecated ? new Act(AgentChangeKind.Reinstated, version) : null, cancellationToken);

    private void RequireUsable(RegisteredAgent agent, int number)
    {
        var version = Require(agent, number);
        if (version.IsDeprecated) throw AgentRefusedException.Act(agent, number, "it is deprecated", "use another version, or take the deprecation back with ReinstateAsync");
        var findings = AgentLint.FindIn(version, _hosts.Live).Where(static finding => finding.Severity == AgentFindingSeverity.Error).ToList();
        if (findings.Count > 0) throw new AgentRefusedException(version, findings);
    }

    /// <summary>Decides on the newest state and appends; when somebody else was faster, decides again.</summary>
    private async Task<RegisteredAgent> ChangeAsync(string name, Principal by, string reason, bool mustExist, Func<RegisteredAgent, Act?> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(by.User, nameof(by));
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        while (true)
        {
            var state = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var agent = mustExist ? Require(state, name) : state.Find(name) ?? new(name);
            if (decide(agent) is not { } act) return agent;
            var change = new AgentChange
            {
                Sequence = state.Sequence + 1,
                Kind = act.Kind,
                Agent = name,
                Version = act.Version,
                By = by with { Scopes = System.Collections.Frozen.FrozenSet<string>.Empty, Roles = System.Collections.Frozen.FrozenSet<string>.Empty },
                Reason = reason,
                Time = _options.Time.GetUtcNow(),
                Definition = act.Definition,
                Percent = act.Percent,
            };
            var next = state.Apply([change]);
            if (!await _store.TryAppendAsync(change, cancellationToken).ConfigureAwait(false)) continue;
            Publish(next, _options.Time.GetTimestamp());
            return next.Find(name)!;
        }
    }

    private sealed record Act(AgentChangeKind Kind, int Version)
    {
        public AgentDefinition? Definition { get; init; }

        public double? Percent { get; init; }
    }
}
