namespace AgentFlow;

/// <summary>Where a run comes from that was forked off another one: see <see cref="FlowRuntime.ForkAsync(RunId, int, Action{RunEdit}?, CancellationToken)"/>.</summary>
/// <param name="RunId">The run it was forked off.</param>
/// <param name="Entry">The last entry that it took over.</param>
public sealed record RunOrigin(RunId RunId, int Entry)
{
    /// <summary>The places whose value was edited, in the order of the entries; the root for the input.</summary>
    public IReadOnlyList<StepPath> Edited { get; internal init; } = [];

    /// <summary>The run with which it began: its ids and randomness are those of every fork, or what is recorded would not fit.</summary>
    internal RunId Root { get; init; } = RunId;

    /// <inheritdoc/>
    public override string ToString() => $"{RunId} at entry {Entry}";
}
