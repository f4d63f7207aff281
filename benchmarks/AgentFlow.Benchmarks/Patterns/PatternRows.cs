using System.Globalization;

namespace AgentFlow.Benchmarks;

/// <summary>
/// Coordination over fifty agents, per delegation. The limit is as many calls of the same model by hand: what is over it is the engine's.
/// </summary>
internal sealed class PatternRows(FlowRuntime runtime)
{
    private const int Agents = 50;
    private const double MaxNanoseconds = 2_000;
    private static readonly InstantModel Model = new InstantModel();
    private static readonly string[] Names = [.. Enumerable.Range(0, Agents).Select(i => string.Create(CultureInfo.InvariantCulture, $"agent-{i}"))];
    private static readonly Step<string, string>[] Workers = [.. Names.Select(Of<string>)];

    public IEnumerable<IRow> All() =>
    [
        Row("supervise, a worker per turn", 14_000, s => s.Supervise("desk", w => w.Workers(Workers), OneByOne, o => o.MaxTurns(Agents + 1))),
        Row("supervise, all workers in a turn", 10_000, s => s.Supervise("desk", w => w.Workers(Workers), AllAtOnce)),
        Row("hand-off, along a chain", 20_000, s => s.Handoff("desk", Chain)),
        Row("group chat, in turn", 20_000, s => s.GroupChat("room", c => c.Participants([.. Names.Select(name => Agent.Create(name).Model(Model).Build())]).Until(Until.MaxTurns(Agents)))),
        Row("plan, independent tasks", 14_000, s => s.Plan<string>("audit", Planner, Staff).Map(outcome => $"{outcome.Results().Count()}")),
        Row("assign, the cheapest of all", 10_000, s => s.ForEach(_ => Names, Assigning, maxParallel: 1).Map(results => results[0])),
        Row("reconcile, a majority", 10_000, s => s.Reconcile("value", Workers).Map(value => value.Value)),
        Row("cascade, the last answers", 10_000, s => s.Cascade("answer", Stages)),
        Row("compensate, nothing fails", 10_000, s => s.Compensate("booking", Saga)),
    ];

    private static Flow<string, string> Assigning => Flow.Start<string>("assigning")
        .Assign("task", a => Workers.Aggregate(a.To(Workers[0], can: ["work"], cost: 1), static (all, next) => ReferenceEquals(next, Workers[0]) ? all : all.To(next, can: ["work"], cost: 2)).Cheapest())
        .Build();

    private static Step<PlanRequest<string, string>, TaskPlan> Planner =>
        Step.Create<PlanRequest<string, string>, TaskPlan>("planner", static (_, _) => new TaskPlan([.. Names.Select(name => new PlanStep(name, "do it", name, []))]));

    private CodeRow Row(string name, double maxBytes, Func<FlowBuilder<string, string>, FlowBuilder<string, string>> verb)
    {
        var flow = verb(Flow.Start<string>("coordinated")).Build();
        return new($"{name}, per delegation", Agents, () => ByHandAsync().AsTask().Result, () => runtime.RunAsync(flow, "x").Result.Length, MaxNanoseconds, maxBytes);
    }

    private static Step<T, string> Of<T>(string name) => Agent.Create<T, string>(name).Model(Model).Prompt(static _ => "x").Build();

    private static SupervisorMove<string, string> OneByOne(Supervision<string, string, string> seen) =>
        seen.Turn <= Agents ? seen.Delegate(Names[seen.Turn - 1], "work") : seen.Finish("done");

    private static SupervisorMove<string, string> AllAtOnce(Supervision<string, string, string> seen) =>
        seen.Turn > 1 ? seen.Finish("done") : Names.Skip(1).Aggregate(seen.Delegate(Names[0], "work"), static (move, name) => move.And(name, "work"));

    private static HandoffBuilder<string, string> Chain(HandoffBuilder<string> handoff)
    {
        var agents = Names.Select(name => Agent.Create(name).Model(Model).Build()).ToArray();
        var chain = handoff.Start(agents[0]).MaxHops(Agents);
        for (var i = 1; i < Agents; i++) chain = chain.Edge(agents[i - 1], agents[i]);
        return chain;
    }

    private static void Staff(PlanOptions<string, string> plan)
    {
        foreach (var name in Names) plan.Worker(name, Of<PlannedTask<string, string>>(name));
    }

    private static CascadeBuilder<string, string> Stages(CascadeBuilder<string> cascade)
    {
        var stages = cascade.Try(Workers[0], static _ => false, "no");
        for (var i = 1; i < Agents; i++) stages = i < Agents - 1 ? stages.Try(Workers[i], static _ => false, "no") : stages.Try(Workers[i]);
        return stages;
    }

    private static SagaBuilder<string, string> Saga(SagaBuilder<string, string> saga)
    {
        var undo = Step.Create<Undoing<string, string>, bool>("undo", static (_, _) => true);
        foreach (var worker in Workers) saga = saga.Do(worker, undo);
        return saga;
    }

    private static async ValueTask<int> ByHandAsync()
    {
        var length = 0;
        for (var i = 0; i < Agents; i++) length += (await Model.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "x")], new()).ConfigureAwait(false)).Text.Length;
        return length;
    }
}
