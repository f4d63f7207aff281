using System.Diagnostics;

namespace AgentFlow;

/// <summary>A step of a plan.</summary>
/// <param name="Id">Unique in the plan, a segment of the step's path in the journal: 1 to 200 characters without <c>/ # ~</c>, no bare number.</param>
/// <param name="Task">What is to be done, in words.</param>
/// <param name="Capability">What it takes to do it: one of those that the planner was told.</param>
/// <param name="After">The ids of the steps whose results it needs; of this plan, or done before.</param>
[DebuggerDisplay("{Id,nq}: {Capability,nq}")]
public sealed record PlanStep(string Id, string Task, string Capability, IReadOnlyList<string> After)
{
    /// <summary>The ids of the steps whose results it needs; null counts as none.</summary>
    public IReadOnlyList<string> After { get; init; } = After ?? [];

    /// <inheritdoc/>
    public override string ToString() => $"{Id}{(After.Count == 0 ? "" : $" after {string.Join(" and ", After)}")}: {Capability}: {Task}";
}

/// <summary>How a goal is to be reached: steps, each with what it needs. Steps that need nothing of each other run at the same time.</summary>
/// <param name="Steps">The steps, in any order. An empty plan says that there is nothing more to do.</param>
[DebuggerDisplay("{Steps.Count} steps")]
public sealed record TaskPlan(IReadOnlyList<PlanStep> Steps)
{
    /// <summary>The steps; null counts as none.</summary>
    public IReadOnlyList<PlanStep> Steps { get; init; } = Steps ?? [];

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Steps);

    /// <summary>The same for the same plan, whatever the order of its steps.</summary>
    internal string Key() => string.Join('\n', Steps.Select(step => $"{step.Id}\t{step.Capability}\t{step.Task}\t{string.Join(',', step.After.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));
}

/// <summary>How far a step of a plan has come.</summary>
public enum PlanStepState
{
    /// <summary>It has a result.</summary>
    Done,

    /// <summary>Whoever did it has failed.</summary>
    Failed,

    /// <summary>It was not begun, because a step that it needs has no result.</summary>
    Skipped,
}

/// <summary>A line of the progress ledger: what became of a step of a plan. A planner sees it; it holds nothing of an exception but what was written for a model.</summary>
/// <typeparam name="TResult">What the workers yield.</typeparam>
/// <param name="Id">The step.</param>
/// <param name="Task">What was to be done.</param>
/// <param name="Capability">What it took.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Result">Its result, when it is done.</param>
/// <param name="Reason">Why it has none otherwise.</param>
public sealed record PlanProgress<TResult>(string Id, string Task, string Capability, PlanStepState State, TResult? Result, string? Reason);

/// <summary>A result that a step of a plan needs.</summary>
/// <typeparam name="TResult">What the workers yield.</typeparam>
/// <param name="Id">The step it comes from.</param>
/// <param name="Result">The result.</param>
public sealed record PlanResult<TResult>(string Id, TResult Result);

/// <summary>What a worker of a plan gets.</summary>
/// <typeparam name="TGoal">The type of the goal.</typeparam>
/// <typeparam name="TResult">What the workers yield.</typeparam>
/// <param name="Goal">What everybody works for.</param>
/// <param name="Task">What this one is to do.</param>
/// <param name="Results">The results that the task needs, in the order in which the plan names them.</param>
public sealed record PlannedTask<TGoal, TResult>(TGoal Goal, string Task, IReadOnlyList<PlanResult<TResult>> Results);

/// <summary>What somebody is capable of, as a planner is told.</summary>
/// <param name="Name">The capability.</param>
/// <param name="Description">What it is for.</param>
public sealed record PlanCapability(string Name, string Description);

/// <summary>What a planner gets: the goal, who is there, what has been done, and what is wrong with its last plan.</summary>
/// <typeparam name="TGoal">The type of the goal.</typeparam>
/// <typeparam name="TResult">What the workers yield.</typeparam>
/// <param name="Goal">What is to be reached.</param>
/// <param name="Capabilities">What the steps may take.</param>
/// <param name="Progress">The ledger: what became of the steps of earlier plans. What is done need not be planned again; new steps may come after it.</param>
/// <param name="Refused">The last plan, when it cannot be executed.</param>
/// <param name="Defects">Everything that is wrong with it; empty when nothing was refused.</param>
public sealed record PlanRequest<TGoal, TResult>(
    TGoal Goal, IReadOnlyList<PlanCapability> Capabilities, IReadOnlyList<PlanProgress<TResult>> Progress, TaskPlan? Refused, IReadOnlyList<string> Defects);

/// <summary>What a plan has come to.</summary>
/// <typeparam name="TGoal">The type of the goal.</typeparam>
/// <typeparam name="TResult">What the workers yield.</typeparam>
/// <param name="Goal">What was to be reached.</param>
/// <param name="Progress">The ledger of all plans.</param>
public sealed record PlanOutcome<TGoal, TResult>(TGoal Goal, IReadOnlyList<PlanProgress<TResult>> Progress)
{
    /// <summary>The results, in the order in which the plans name their steps.</summary>
    public IEnumerable<PlanResult<TResult>> Results() => Progress.Where(line => line.State == PlanStepState.Done).Select(line => new PlanResult<TResult>(line.Id, line.Result!));
}
