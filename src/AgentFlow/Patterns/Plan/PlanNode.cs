using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Lets a planner make a plan, carries it out, and lets it plan anew when steps have failed.</summary>
internal sealed class PlanNode<TIn, TGoal, TResult>(FlowNode<TIn, TGoal> previous, string name, StepUse<PlanRequest<TGoal, TResult>, TaskPlan> planner, PlanTerms<TGoal, TResult> terms)
    : PatternNode<TIn, TGoal, PlanOutcome<TGoal, TResult>>(previous, name)
{
    public const string Request = "review";

    protected override async ValueTask<PlanOutcome<TGoal, TResult>> RunAsync(TGoal goal, FlowContext scope)
    {
        var ledger = new PlanLedger<TResult>();
        var carriedOut = new HashSet<string>(StringComparer.Ordinal);
        var attempts = 0;
        for (var round = 1; ; round++)
        {
            (var plan, attempts) = await PlanAsync(scope, goal, ledger, attempts).ConfigureAwait(false);
            if (plan.Steps.Count == 0) return new(goal, ledger.Lines);
            if (!carriedOut.Add(plan.Key())) throw VerbCode.At(scope, scope.Path, new LivelockException(scope.Path, [planner.Step.Name, .. plan.Steps.Select(step => step.Id)], 2, "The planner made a plan again that had failed. Tell it to plan around what has failed, or give the workers a retry."));
            var branches = await CarryOutAsync(scope, goal, plan, ledger, round).ConfigureAwait(false);
            var (isComplete, summary) = ledger.Enter(plan, i => branches[i].Result);
            scope.Decide(scope.Path.Child("(progress)", round), DecisionKind.Value, isComplete, static complete => complete ? "complete" : "incomplete", EntryText.Cut(summary));
            if (isComplete) return new(goal, ledger.Lines);
            if (round > terms.Replans) throw VerbCode.At(scope, scope.Path, new PatternLimitException(scope.Path, "Plan", round, round == 1 ? "plan" : "plans", $"The last one came to: {summary}. Allow more plans, Replans(n), or give the workers a retry or a fallback."));
        }
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        var mark = sketch.Mark;
        planner.Describe(sketch);
        if (terms.Review is { } review) sketch.Add(sketch.Use(Request), Request, "approve", typeof(TaskPlan), typeof(TaskPlan), review.Role is null ? "" : $"role={review.Role}");
        sketch.Add(sketch.Scope, Name, "plan", typeof(TGoal), typeof(PlanOutcome<TGoal, TResult>), terms.Settings);
        var decision = sketch.Scope;
        sketch.Branch(terms.Workers, worker =>
        {
            sketch.Ends = [new OpenEnd(decision, worker.Capability.Name)];
            worker.Step.Describe(sketch, $"{sketch.Scope}/(round)/*/{worker.Step.Name}");
        });
        sketch.Again(decision, mark, "plan again");
    }

    /// <summary>A plan that can be carried out. What cannot goes back to the planner with everything that is wrong with it, a bounded number of times.</summary>
    private async ValueTask<(TaskPlan Plan, int Attempts)> PlanAsync(FlowContext scope, TGoal goal, PlanLedger<TResult> ledger, int attempts)
    {
        var refused = default(TaskPlan);
        IReadOnlyList<string> defects = [];
        for (var repair = 0; ; repair++)
        {
            var plan = await scope.RunAsync(planner.Step, new(goal, terms.Capabilities, ledger.Lines, refused, defects)).ConfigureAwait(false);
            attempts++;
            defects = Check(scope, "(plan)", attempts, plan, ledger);
            if (defects.Count == 0 && terms.Review is { } review && plan.Steps.Count > 0) (plan, defects) = await ReviewAsync(scope, review, plan, ledger, attempts).ConfigureAwait(false);
            if (defects.Count == 0) return (plan, attempts);
            if (repair >= terms.Repairs) throw VerbCode.At(scope, scope.Path, new PlanException(scope.Path, defects, repair + 1));
            refused = plan;
        }
    }

    private async ValueTask<(TaskPlan Plan, IReadOnlyList<string> Defects)> ReviewAsync(FlowContext scope, PlanReview review, TaskPlan plan, PlanLedger<TResult> ledger, int attempt)
    {
        var decision = await scope.ApproveAsync(Request, plan, $"Carry out this plan of {plan.Steps.Count} step{(plan.Steps.Count == 1 ? "" : "s")}?", review.Role, review.Terms).ConfigureAwait(false);
        if (!decision.IsApproved) return (plan, [$"a human has rejected it{(string.IsNullOrWhiteSpace(decision.Reason) ? "" : $": {decision.Reason}")}"]);
        if (decision.Outcome != ApprovalOutcome.Modified) return (plan, []);
        var changed = (TaskPlan)decision.Value!;
        return (changed, Check(scope, "(changed-plan)", attempt, changed, ledger));
    }

    private IReadOnlyList<string> Check(FlowContext scope, string decision, int attempt, TaskPlan? plan, PlanLedger<TResult> ledger)
    {
        var defects = PlanCheck.Defects(plan, terms.CapabilityNames, ledger.Done, terms.MaxSteps);
        var accepted = defects.Count == 0;
        scope.Decide(scope.Path.Child(decision, attempt), DecisionKind.Value, accepted, static accepted => accepted ? "accepted" : "refused", EntryText.Cut(accepted ? plan!.Steps.Count == 0 ? "nothing more to do" : $"{plan}" : string.Join("; ", defects)));
        return defects;
    }

    private async ValueTask<PlanBranch<PlannedTask<TGoal, TResult>, TResult>[]> CarryOutAsync(FlowContext scope, TGoal goal, TaskPlan plan, PlanLedger<TResult> ledger, int round)
    {
        var at = scope.Path.Child("(round)", round);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < plan.Steps.Count; i++) places.Add(plan.Steps[i].Id, i);
        int[][] inputs = [.. plan.Steps.Select(step => step.After.Where(places.ContainsKey).Select(id => places[id]).Distinct().ToArray())];
        var branches = new PlanBranch<PlannedTask<TGoal, TResult>, TResult>[plan.Steps.Count];

        // Branches refer to those they need, which may stand behind them.
        var needed = Array.ConvertAll(inputs, places => new PlanBranch<PlannedTask<TGoal, TResult>, TResult>[places.Length]);
        for (var i = 0; i < branches.Length; i++)
        {
            var step = plan.Steps[i];
            branches[i] = new(terms.WorkerFor(step.Capability), at.Child(step.Id), i, needed[i], () => new(goal, step.Task, [.. step.After.Distinct(StringComparer.Ordinal).Select(id => new PlanResult<TResult>(id, places.TryGetValue(id, out var place) ? branches[place].Result.Value! : ledger.ResultOf(id)))]));
        }

        for (var i = 0; i < branches.Length; i++)
        {
            for (var j = 0; j < inputs[i].Length; j++) needed[i][j] = branches[inputs[i][j]];
        }

        await scope.JoinAsync(new PlanFork(scope, branches, inputs, terms.MaxParallel, at)).ConfigureAwait(false);
        return branches;
    }
}

/// <summary>The frozen workers and bounds of a plan.</summary>
internal sealed class PlanTerms<TGoal, TResult>
{
    private readonly Dictionary<string, Step<PlannedTask<TGoal, TResult>, TResult>> _workers = new(StringComparer.Ordinal);

    public PlanTerms(PlanOptions<TGoal, TResult> options, DraftScope scope)
    {
        Workers = [.. options.Workers];
        (MaxParallel, MaxSteps, Replans, Repairs, Review) = (options.ParallelSteps, options.StepLimit, options.ReplanLimit, options.RepairLimit, options.ReviewTerms);
        foreach (var (capability, step) in Workers)
        {
            scope.UseExclusively(step);
            if (!_workers.TryAdd(capability.Name, step)) scope.Report($"capability '{capability.Name}' is given twice", "give each worker one of its own; several for one capability are an Assign: a flow with .Assign(…) as the worker");
        }

        if (Workers.Count == 0) scope.Report("a Plan without workers carries out nothing", "add workers: p => p.Worker(\"capability\", step)");
    }

    public IReadOnlyList<(PlanCapability Capability, Step<PlannedTask<TGoal, TResult>, TResult> Step)> Workers { get; }

    public IReadOnlyList<PlanCapability> Capabilities => [.. Workers.Select(worker => worker.Capability)];

    public IReadOnlyCollection<string> CapabilityNames => _workers.Keys;

    public int MaxParallel { get; }

    public int MaxSteps { get; }

    public int Replans { get; }

    public int Repairs { get; }

    public PlanReview? Review { get; }

    public string Settings => $"max-parallel={MaxParallel}; max-steps={MaxSteps}; replans={Replans}; plan-repairs={Repairs}";

    public Step<PlannedTask<TGoal, TResult>, TResult> WorkerFor(string capability) => _workers[capability];
}
