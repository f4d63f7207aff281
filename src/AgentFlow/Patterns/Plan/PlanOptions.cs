using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>
/// Who carries out the steps of a <c>Plan</c>, and its bounds: <c>p =&gt; p.Worker("research", researcher, "Finds facts.").Worker("write", writer).Replans(2)</c>.
/// Used during building only, not thread-safe.
/// </summary>
/// <typeparam name="TGoal">The type of the goal.</typeparam>
/// <typeparam name="TResult">What the workers yield.</typeparam>
public sealed class PlanOptions<TGoal, TResult>
{
    internal PlanOptions()
    {
    }

    internal List<(PlanCapability Capability, Step<PlannedTask<TGoal, TResult>, TResult> Step)> Workers { get; } = [];

    internal int ParallelSteps { get; private set; } = 8;

    internal int StepLimit { get; private set; } = 50;

    internal int ReplanLimit { get; private set; } = 2;

    internal int RepairLimit { get; private set; } = 2;

    internal PlanReview? ReviewTerms { get; private set; }

    /// <summary>Adds a worker.</summary>
    /// <param name="capability">What it is capable of; steps of plans name it.</param>
    /// <param name="worker">The step, flow or agent.</param>
    /// <param name="description">What the capability is for, for the planner.</param>
    public PlanOptions<TGoal, TResult> Worker(string capability, Step<PlannedTask<TGoal, TResult>, TResult> worker, string description = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(capability);
        ArgumentNullException.ThrowIfNull(worker);
        ArgumentNullException.ThrowIfNull(description);
        Workers.Add((new(capability, description), worker));
        return this;
    }

    /// <summary>How many steps run at the same time at the most. Default: 8.</summary>
    /// <param name="steps">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public PlanOptions<TGoal, TResult> MaxParallel(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ParallelSteps = steps;
        return this;
    }

    /// <summary>How many steps a plan may have; a longer one goes back to the planner. Default: 50.</summary>
    /// <param name="steps">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public PlanOptions<TGoal, TResult> MaxSteps(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        StepLimit = steps;
        return this;
    }

    /// <summary>How many further plans are made when steps have failed. Default: 2.</summary>
    /// <param name="plans">Zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public PlanOptions<TGoal, TResult> Replans(int plans)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plans);
        ReplanLimit = plans;
        return this;
    }

    /// <summary>How many times in a row a plan that cannot be executed, or that a human rejects, goes back to the planner. Default: 2.</summary>
    /// <param name="attempts">Zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public PlanOptions<TGoal, TResult> Repairs(int attempts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attempts);
        RepairLimit = attempts;
        return this;
    }

    /// <summary>
    /// Lets a human approve each plan before it is executed. A changed plan is executed as changed when it can be; a rejected one goes back
    /// to the planner with the reason.
    /// </summary>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">How many people, who not, until when; one person and for ever when not given.</param>
    public PlanOptions<TGoal, TResult> Review(string? role = null, RequestTerms? terms = null)
    {
        terms?.Validate();
        ReviewTerms = new(role, terms);
        return this;
    }
}

/// <summary>Who approves plans.</summary>
internal sealed record PlanReview(string? Role, RequestTerms? Terms);
