using System.Text.Json;

namespace AgentFlow;

/// <summary>Who decides in a supervision.</summary>
internal abstract class Supervisor<TGoal, TTask, TResult, TOut>
{
    public abstract string Name { get; }

    /// <summary>The workers as this supervisor sees them.</summary>
    public virtual IReadOnlyList<WorkerInfo> Introduce(IReadOnlyList<(Step<TTask, TResult> Step, string Description)> workers, FlowContext context)
    {
        var infos = new WorkerInfo[workers.Count];
        for (var i = 0; i < infos.Length; i++) infos[i] = new(workers[i].Step.Name, workers[i].Description, (workers[i].Step as IJsonWorker)?.TakesIn(context.Run.Runtime.Json));
        return infos;
    }

    public abstract ValueTask<SupervisorTurn<TTask, TOut>> DecideAsync(
        FlowContext context, Supervision<TGoal, TTask, TResult> view, Func<SupervisorMove<TTask, TOut>, SupervisorTurn<TTask, TOut>> judge);

    public abstract void Describe(FlowSketch sketch);

    protected static ValueTask<SupervisorTurn<TTask, TOut>> RecordAsync(FlowContext context, Func<SupervisorTurn<TTask, TOut>> decide) =>
        context.DecideAsync(SuperviseNode<TGoal, TTask, TResult, TOut>.Turn, decide, static turn => turn.Reason());

    protected static Exception NoMove(FlowContext context) => VerbCode.At(context, context.Path, new FlowCodeException(context.Path, "the supervisor yielded null. Yield state.Delegate(…) or state.Finish(…)."));
}

/// <summary>A supervisor that is code.</summary>
internal sealed class CodeSupervisor<TGoal, TTask, TResult, TOut>(string verb, Func<Supervision<TGoal, TTask, TResult>, SupervisorMove<TTask, TOut>> decide) : Supervisor<TGoal, TTask, TResult, TOut>
{
    public override string Name => verb;

    public override ValueTask<SupervisorTurn<TTask, TOut>> DecideAsync(
        FlowContext context, Supervision<TGoal, TTask, TResult> view, Func<SupervisorMove<TTask, TOut>, SupervisorTurn<TTask, TOut>> judge) =>
        RecordAsync(context, () => judge(VerbCode.Run(context, context.Path, "the supervisor", decide, view) ?? throw NoMove(context)));

    public override void Describe(FlowSketch sketch) => sketch.Add($"{sketch.Scope}/(supervisor)", verb, "supervise", typeof(TGoal), typeof(TOut));
}

/// <summary>A supervisor that is a step: an agent, a flow, or a step of the user's own.</summary>
internal sealed class StepSupervisor<TGoal, TTask, TResult, TOut>(Step<Supervision<TGoal, TTask, TResult>, SupervisorMove<TTask, TOut>> step) : Supervisor<TGoal, TTask, TResult, TOut>
{
    public override string Name => step.Name;

    public override async ValueTask<SupervisorTurn<TTask, TOut>> DecideAsync(
        FlowContext context, Supervision<TGoal, TTask, TResult> view, Func<SupervisorMove<TTask, TOut>, SupervisorTurn<TTask, TOut>> judge)
    {
        var move = await context.RunAsync(step, view).ConfigureAwait(false) ?? throw NoMove(context);
        return await RecordAsync(context, () => judge(move)).ConfigureAwait(false);
    }

    public override void Describe(FlowSketch sketch) => step.Describe(sketch, sketch.Use(step.Name));
}
