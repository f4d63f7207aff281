using System.Text.Json;

namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Lets a model lead workers until it finishes with a result. In each turn it delegates tasks, several at once, or finishes; it is told
    /// what came of everything so far, failures included.
    /// <code>
    /// .Supervise&lt;Report&gt;("desk",
    ///     w =&gt; w.Worker(research).Worker(analyseCsv).Worker(write),
    ///     lead =&gt; lead.Model("strong").Instructions("Research first, then the numbers, then the text."))
    /// </code>
    /// </summary>
    /// <remarks>
    /// Everything runs below <c>name</c>: the supervisor as an agent named <c>supervisor</c>, each worker under its own name (<c>research</c>,
    /// <c>research#2</c>). Each turn is a decision at <c>name/turn</c> with the supervisor's reasons. Goal, workers and outcomes reach the
    /// model as data in one message, anew in each turn. A delegation that repeats an earlier one while nothing new is known is not carried
    /// out and the model is told; when it goes on so, the flow ends with a <see cref="LivelockException"/>. After <c>MaxTurns</c> it ends with
    /// a <see cref="PatternLimitException"/>. A retry of the whole: put the verb into a flow of its own, <c>Then(flow, o =&gt; o.Retry(1))</c>.
    /// </remarks>
    /// <typeparam name="TNext">What the supervisor finishes with.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths of everybody in it.</param>
    /// <param name="workers">Names the workers; they may be of any types.</param>
    /// <param name="lead">Model, instructions and options of the supervisor. What it is told of a turn is the verb's business, unless it gets a prompt.</param>
    /// <param name="options">The bounds.</param>
    public FlowBuilder<TIn, TNext> Supervise<TNext>(
        string name,
        Action<WorkersBuilder> workers,
        Action<AgentBuilder<Supervision<TCurrent, JsonElement, JsonElement>, SupervisorMove<JsonElement, TNext>>> lead,
        Action<SuperviseOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(lead);
        var team = new WorkersBuilder();
        workers(team);
        var agent = Agent.Create<Supervision<TCurrent, JsonElement, JsonElement>, SupervisorMove<JsonElement, TNext>>("supervisor")
            .Framed(new SupervisorFrame<TCurrent, TNext>(), SupervisorFrame<TCurrent, TNext>.Rules);
        lead(agent);
        return Supervise(name, team.Workers, new StepSupervisor<TCurrent, JsonElement, JsonElement, TNext>(agent.Build()), options);
    }

    /// <summary>
    /// Lets code lead workers until it finishes with a result.
    /// <code>
    /// .Supervise("desk", w =&gt; w.Workers(research, analyse), s =&gt; s.Turn == 1
    ///     ? s.Delegate("research", s.Goal).And("analyse", s.Goal)
    ///     : s.Finish(s.Delegated.Count, "both have answered"))
    /// </code>
    /// </summary>
    /// <inheritdoc cref="Supervise{TNext}(string,Action{WorkersBuilder},Action{AgentBuilder{Supervision{TCurrent,JsonElement,JsonElement},SupervisorMove{JsonElement,TNext}}},Action{SuperviseOptions}?)" path="/remarks"/>
    /// <typeparam name="TTask">What the workers take.</typeparam>
    /// <typeparam name="TResult">What the workers yield.</typeparam>
    /// <typeparam name="TNext">What the supervisor finishes with.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths of everybody in it.</param>
    /// <param name="workers">Names the workers; what takes or yields something else is mapped to what the others do.</param>
    /// <param name="decide">Pure and synchronous; the next move. What it decides is recorded: a replay does not call it.</param>
    /// <param name="options">The bounds.</param>
    public FlowBuilder<TIn, TNext> Supervise<TTask, TResult, TNext>(
        string name,
        Func<WorkersStart, WorkersBuilder<TTask, TResult>> workers,
        Func<Supervision<TCurrent, TTask, TResult>, SupervisorMove<TTask, TNext>> decide,
        Action<SuperviseOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return Supervise(name, TeamOf(workers), new CodeSupervisor<TCurrent, TTask, TResult, TNext>(name, decide), options);
    }

    /// <summary>Lets a step, a flow or an agent of your own lead workers until it finishes with a result.</summary>
    /// <inheritdoc cref="Supervise{TNext}(string,Action{WorkersBuilder},Action{AgentBuilder{Supervision{TCurrent,JsonElement,JsonElement},SupervisorMove{JsonElement,TNext}}},Action{SuperviseOptions}?)" path="/remarks"/>
    /// <typeparam name="TTask">What the workers take.</typeparam>
    /// <typeparam name="TResult">What the workers yield.</typeparam>
    /// <typeparam name="TNext">What the supervisor finishes with.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths of everybody in it.</param>
    /// <param name="workers">Names the workers; what takes or yields something else is mapped to what the others do.</param>
    /// <param name="supervisor">Yields the next move; runs once per turn under its own name.</param>
    /// <param name="options">The bounds.</param>
    public FlowBuilder<TIn, TNext> Supervise<TTask, TResult, TNext>(
        string name,
        Func<WorkersStart, WorkersBuilder<TTask, TResult>> workers,
        Step<Supervision<TCurrent, TTask, TResult>, SupervisorMove<TTask, TNext>> supervisor,
        Action<SuperviseOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(supervisor);
        return Supervise(name, TeamOf(workers), new StepSupervisor<TCurrent, TTask, TResult, TNext>(supervisor), options, supervisor);
    }

    private static List<(Step<TTask, TResult> Step, string Description)> TeamOf<TTask, TResult>(Func<WorkersStart, WorkersBuilder<TTask, TResult>> workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        var team = workers(new()) ?? throw new ArgumentException("The workers are null. Return what names them: w => w.Workers(…).", nameof(workers));
        return team.All;
    }

    private FlowBuilder<TIn, TNext> Supervise<TTask, TResult, TNext>(
        string name, List<(Step<TTask, TResult> Step, string Description)> workers, Supervisor<TCurrent, TTask, TResult, TNext> supervisor, Action<SuperviseOptions>? configure, Step? lead = null)
    {
        var options = new SuperviseOptions();
        configure?.Invoke(options);
        var scope = Scope.Name(name);
        var names = new HashSet<string>(StringComparer.Ordinal) { SuperviseNode<TCurrent, TTask, TResult, TNext>.Turn };
        if (supervisor is StepSupervisor<TCurrent, TTask, TResult, TNext>) names.Add(supervisor.Name);
        if (workers.Count == 0) scope.Report("the supervisor has no workers", "name at least one: w => w.Worker(…)");
        if (lead?.Name == SuperviseNode<TCurrent, TTask, TResult, TNext>.Turn) scope.Report(lead.Name, "the supervisor has the name of its own decisions", "name it otherwise: step.As(\"…\")");
        for (var i = workers.Count - 1; i >= 0; i--)
        {
            if (names.Add(workers[i].Step.Name)) continue;
            scope.Report(workers[i].Step.Name, $"the name '{workers[i].Step.Name}' is taken, by another worker, the supervisor or its decisions ('turn')", "name the worker otherwise: step.As(\"…\")");
            workers.RemoveAt(i);
        }

        return Coordinate(name, new SuperviseNode<TCurrent, TTask, TResult, TNext>(supervisor, workers, options));
    }
}
