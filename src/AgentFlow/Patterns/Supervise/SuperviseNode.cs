using System.Collections.ObjectModel;

namespace AgentFlow;

/// <summary>
/// A supervision as code: ask the supervisor for a move, carry it out, tell it what came of it, until it finishes. The supervisor runs
/// under its own name, and so do the workers; what it decided is a decision at <c>verb/turn</c>.
/// </summary>
internal sealed class SuperviseNode<TGoal, TTask, TResult, TOut>(
    Supervisor<TGoal, TTask, TResult, TOut> supervisor, IReadOnlyList<(Step<TTask, TResult> Step, string Description)> workers, SuperviseOptions options)
    : PatternNode<TGoal, TOut>
{
    /// <summary>The name of the decisions; no worker may have it.</summary>
    public const string Turn = "turn";

    private readonly Dictionary<string, Step<TTask, TResult>> _workers = workers.ToDictionary(worker => worker.Step.Name, worker => worker.Step);

    public override string Kind => "supervise";

    public override string Settings { get; } = options.Signature;

    public override async ValueTask<TOut> RunAsync(FlowContext context, TGoal goal)
    {
        var infos = supervisor.Introduce(workers, context);
        var known = new SupervisionLog<TTask, TResult>();
        IReadOnlyList<string> notices = [];
        for (var turn = 1; turn <= options.Turns; turn++)
        {
            var view = new Supervision<TGoal, TTask, TResult>(goal, infos, known.Snapshot(), notices, turn, options.Turns - turn + 1);
            var decided = await supervisor.DecideAsync(context, view, move => known.Judge(move, options, _workers, supervisor.Name)).ConfigureAwait(false);
            if (decided.Cycle is { } cycle) throw VerbCode.At(context, context.Path, new LivelockException(context.Path, cycle, decided.Repetitions, "Tell the supervisor in its instructions when to finish, or give it a worker that can find out more."));
            if (decided.Notices.Count == 0 && decided.Move.Finish is { } finish) return finish.Result;
            known.Note(decided);
            notices = decided.Notices;
            await CarryOutAsync(context, known, decided, turn).ConfigureAwait(false);
        }

        throw VerbCode.At(context, context.Path, new PatternLimitException(context.Path, "Supervise", options.Turns, "turns", "Raise MaxTurns, or tell the supervisor in its instructions when to finish."));
    }

    protected override void DescribeVerb(FlowSketch sketch)
    {
        var mark = sketch.Mark;
        supervisor.Describe(sketch);
        var decides = sketch.Ends;
        foreach (var (step, _) in workers)
        {
            sketch.Ends = decides;
            step.Describe(sketch, sketch.Use(step.Name));
            foreach (var end in sketch.Ends) sketch.Again(end.Id, mark, null);
        }

        sketch.Ends = decides;
        sketch.Label("finished");
    }

    private async ValueTask CarryOutAsync(FlowContext context, SupervisionLog<TTask, TResult> known, SupervisorTurn<TTask, TOut> decided, int turn)
    {
        if (decided.Accepted.Count == 0) return;
        var calls = new StepCall<TTask, TResult>[decided.Accepted.Count];
        for (var i = 0; i < calls.Length; i++)
        {
            var delegation = decided.Move.Delegations![decided.Accepted[i]];
            calls[i] = new(_workers.TryGetValue(delegation.Worker, out var worker) ? worker : throw Gone(context, delegation.Worker), delegation.Task);
        }

        var outcomes = await context.CollectAsync(calls, options.Parallel).ConfigureAwait(false);
        for (var i = 0; i < calls.Length; i++)
        {
            PatternFailures.ThrowIfFatal(outcomes[i], context);
            var delegation = decided.Move.Delegations![decided.Accepted[i]];
            known.Add(new(turn, delegation.Worker, delegation.Task, delegation.Reason, outcomes[i]));
        }

        known.EndTurn();
    }

    private FlowNondeterminismException Gone(FlowContext context, string worker) =>
        new(context.Path.Child(Turn), $"a delegation to '{worker}'", $"workers {string.Join(", ", _workers.Keys)}");
}
