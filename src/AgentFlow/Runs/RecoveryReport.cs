namespace AgentFlow;

/// <summary>What became of the open runs of a journal.</summary>
/// <param name="Resumed">The runs that continue in this process.</param>
/// <param name="Suspended">The runs that wait for an answer or a date. They are not in memory until it comes.</param>
/// <param name="Held">The runs that do not continue, each with the reason. Nothing was written to them.</param>
public sealed record RecoveryReport(IReadOnlyList<RunId> Resumed, IReadOnlyList<RunId> Suspended, IReadOnlyList<HeldRun> Held);

/// <summary>An open run that this process does not continue.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Flow">The flow it executes; empty when its entries cannot be read.</param>
/// <param name="Reason">Why, and what to do.</param>
public sealed record HeldRun(RunId RunId, string Flow, string Reason);
