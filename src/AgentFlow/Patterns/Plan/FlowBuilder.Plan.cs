namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Lets a planner break the goal into steps, carries them out, in parallel where they need nothing of each other, and lets it plan anew
    /// when some have failed: <c>.Plan("audit", planner, p =&gt; p.Worker("research", researcher, "Finds facts.").Worker("write", writer), finish: editor)</c>.
    /// </summary>
    /// <remarks>
    /// The planner is a step or an agent that takes a <see cref="PlanRequest{TGoal,TResult}"/> and yields a <see cref="TaskPlan"/>. A plan that
    /// cannot be carried out goes back to it with everything that is wrong; when that does not help, the flow ends with a
    /// <see cref="PlanException"/>. Steps that fail end no others; those that need them are skipped, and the planner sees what is done. It may
    /// then plan what is left, or answer with no steps when nothing is. The same plan again ends the flow with a
    /// <see cref="LivelockException"/>, too many of them with a <see cref="PatternLimitException"/>. Every plan, every refusal and every
    /// ledger is a decision below <c>name</c>; step <c>id</c> of the n-th plan runs at <c>name/(round)#n/id</c>.
    /// </remarks>
    /// <typeparam name="TResult">What every worker yields.</typeparam>
    /// <typeparam name="TNext">What the verb yields.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="planner">Makes the plans.</param>
    /// <param name="workers">Names the workers, and sets the bounds.</param>
    /// <param name="finish">Makes the result of goal and results.</param>
    public FlowBuilder<TIn, TNext> Plan<TResult, TNext>(
        string name, Step<PlanRequest<TCurrent, TResult>, TaskPlan> planner, Action<PlanOptions<TCurrent, TResult>> workers, Step<PlanOutcome<TCurrent, TResult>, TNext> finish)
    {
        ArgumentNullException.ThrowIfNull(finish);
        return Plan(name, planner, workers).Then(finish);
    }

    /// <summary>Lets a planner break the goal into steps, carries them out, and goes on with what became of them.</summary>
    /// <inheritdoc cref="Plan{TResult,TNext}(string,Step{PlanRequest{TCurrent,TResult},TaskPlan},Action{PlanOptions{TCurrent,TResult}},Step{PlanOutcome{TCurrent,TResult},TNext})"/>
    /// <typeparam name="TResult">What every worker yields.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="planner">Makes the plans.</param>
    /// <param name="workers">Names the workers, and sets the bounds.</param>
    public FlowBuilder<TIn, PlanOutcome<TCurrent, TResult>> Plan<TResult>(
        string name, Step<PlanRequest<TCurrent, TResult>, TaskPlan> planner, Action<PlanOptions<TCurrent, TResult>> workers)
    {
        ArgumentNullException.ThrowIfNull(planner);
        ArgumentNullException.ThrowIfNull(workers);
        var scope = Scope.Name(name);
        var options = new PlanOptions<TCurrent, TResult>();
        workers(options);
        if (options.ReviewTerms is not null) scope.Name(PlanNode<TIn, TCurrent, TResult>.Request);
        return Add(new PlanNode<TIn, TCurrent, TResult>(_last, name, scope.Use(planner), new(options, scope)));
    }
}
