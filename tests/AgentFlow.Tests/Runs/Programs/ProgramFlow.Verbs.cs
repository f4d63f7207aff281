using AgentFlow.Approvals;

namespace AgentFlow.Tests.Runs.Programs;

/// <content>Every other node is a flow made of verbs, so that verbs stand in code and code stands in verbs.</content>
internal sealed partial class ProgramFlow
{
    private bool IsVerb(Node node) => _ids[node] % 2 == 0 && node is Throw or Question or (Compound and not Nested);

    private Flow<int, int> NewVerb(Node node)
    {
        var id = _ids[node];
        var start = AgentFlow.Flow.Start<int>($"v{id}");
        var built = node switch
        {
            Throw => start.Map(Thrown),
            Question => start.Ask($"ask{id}", x => new Question<int>("How much?") { Context = Interpreter.Mix(x, id) }).Map((_, answer) => answer),
            Sequence sequence => sequence.Children.Aggregate(start, (flow, child) => flow.Then(StepOf(child))),
            Repeat { Times: 0 } => start.Map(x => x),
            Repeat repeat => start.Loop($"again{id}", StepOf(repeat.Repeated), until: _ => false, repeat.Times, OnLimit.Return),
            All { Children: [var one, var two] } => start.Then(AsGraph(id, one, two)),
            All all => start.FanOut(all.Children.Select(StepOf)).Map(Fold),
            Any any => start.FanOut(Step.Create<int, int>($"keep{id}", (x, _) => x), AsRace(id, any)).Map((x, _) => Interpreter.Mix(x, id)),
            Each each => start.ForEach(x => Enumerable.Range(x, each.Items), StepOf(each.Applied), each.MaxParallel).Map(Fold),
            Choose choose => start.Route($"choose{id}", x => x % 2 == 0, r => r.Case(true, StepOf(choose.Even)).Otherwise(StepOf(choose.Odd))),
            Try attempted => start.Then(StepOf(attempted.Tried), o => o.Fallback(StepOf(attempted.Handler))),
            _ => throw new ArgumentOutOfRangeException(nameof(node), node, "Unknown node."),
        };
        return built.Build();
    }

    private Flow<int, int> AsGraph(int id, Node one, Node two) => AgentFlow.Flow.Graph<int, int>($"graph{id}", g =>
        g.Add($"join{id}", (x, y, _) => Fold([x, y]), g.Add(StepOf(one), g.Input), g.Add(StepOf(two), g.Input)));

    private Flow<int, IReadOnlyList<int>> AsRace(int id, Any any) =>
        AgentFlow.Flow.Start<int>($"race{id}").Quorum(1, any.Children.Select(StepOf)).Build();

    private static int Thrown(int x) => throw new ProgramException();

    private Step<int, int> StepOf(Node node) => _steps.TryGetValue(node, out var step)
        ? step
        : _steps[node] = AgentFlow.Flow.FromCode<int, int>($"c{_ids[node]}", (x, ctx) => RunAsync(node, x, ctx));
}
