namespace AgentFlow;

/// <summary>What differs between two uses of one run id.</summary>
public enum RunIdConflict
{
    /// <summary>The run with this id acts for another user, project or tenant.</summary>
    Principal,

    /// <summary>The run with this id executes another flow.</summary>
    Flow,

    /// <summary>The run with this id was started with another input.</summary>
    Input,

    /// <summary>A fork is a new run: it needs an id that no run has.</summary>
    Fork,
}

/// <summary>A run id was used again for something else: see <see cref="RunOptions.Id"/> for what counts as the same.</summary>
public sealed class RunIdConflictException : AgentFlowException
{
    internal RunIdConflictException(RunId runId, RunIdConflict conflict, string? known, string? asked, string message)
        : base(message)
    {
        RunId = runId;
        Conflict = conflict;
        Known = known;
        Asked = asked;
    }

    /// <summary>The id.</summary>
    public RunId RunId { get; }

    /// <summary>What differs.</summary>
    public RunIdConflict Conflict { get; }

    /// <summary>The flow, or the digest of the input, that the id belongs to; <see langword="null"/> for another principal, who is not told on.</summary>
    public string? Known { get; }

    /// <summary>The flow, or the digest of the input, that was asked for; <see langword="null"/> for another principal.</summary>
    public string? Asked { get; }

    internal static RunIdConflictException OfPrincipal(RunId id) =>
        new(id, RunIdConflict.Principal, null, null, $"The id '{id}' belongs to a run of another principal. Put the tenant or the user into the id when ids come from them.");

    internal static RunIdConflictException OfFork(RunId id) =>
        new(id, RunIdConflict.Fork, null, null, $"The id '{id}' belongs to a run already, and a fork is a new one. Use another id, or none.");

    internal static RunIdConflictException OfFlow(RunId id, Step known, Step asked) =>
        new(id, RunIdConflict.Flow, known.ToString(), asked.ToString(), $"The id '{id}' belongs to a run of {known}; {asked} needs an id of its own.");

    internal static RunIdConflictException OfInput(RunId id, string known, string asked) =>
        new(id, RunIdConflict.Input, known, asked, $"The id '{id}' belongs to a run that was started with another input (digest {known[..12]}, now {asked[..12]}). Retry with the same input, or use another id.");
}
