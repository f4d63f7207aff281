using AgentFlow.Approvals;

namespace AgentFlow.Tests.Journaling.Durable.Changes;

/// <summary>What the flows differ in: each core takes a number and yields one, by another verb.</summary>
internal sealed class Cores(ChangedFlow flow)
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "plain", "fan-out", "list", "collect", "quorum", "loop", "route", "for-each", "graph", "agent", "question", "delay", "fallback", "cache", "retried", "deep", "approvals", "route in a loop",
    ];

    public Step<int, int> Create(string name)
    {
        var start = Flow.Start<int>("core");
        var (a, b, c) = (Work("a"), Work("b", 2), Work("c", 3));
        return name switch
        {
            "plain" => start.Then(a).Build(),
            "fan-out" => FanOut(start, a, b, c),
            "list" => start.FanOut<int>(Is("branches swapped") ? [b, a] : [a, b]).Map(x => x.Sum()).Build(),
            "collect" => Is("branches swapped")
                ? start.Collect(flow.Failing("f"), a).Map(x => x.Item2.Value).Build()
                : start.Collect(a, flow.Failing("f")).Map(x => x.Item1.Value).Build(),
            "quorum" => start.Quorum(Is("how many are needed") ? 2 : 1, [a, b, flow.Failing("f")]).Map(x => x.Count).Build(),
            "loop" => start.Loop("loop", a, x => Is("end of a loop") ? x > 7 : x > 6, Is("bound of a loop") ? 9 : 8, Is("what a loop does at its bound") ? OnLimit.Return : OnLimit.Fail).Build(),
            "route" => start.Route("odd", x => (x % 2 == 1) != Is("key of a route"), r => Is("case added") ? r.Case(true, a).Case(false, c).Otherwise(b) : r.Case(!Is("case key"), a).Otherwise(b)).Build(),
            "for-each" => start.ForEach(x => Enumerable.Range(x, 3), a, Is("places of a for-each") ? 3 : 2).Map(x => x.Sum()).Build(),
            "graph" => Flow.Graph<int, int>("core", g =>
            {
                var one = g.Add(a, g.Input);
                var two = g.Add(b, Is("edge of a graph") ? g.Input : one);
                return g.Add("end", (x, y, ctx) => flow.Did.Note(ctx.Path, x + y), one, two);
            }),
            "agent" => Agent(start),
            "question" => start.Ask(Is("name of a question") ? "when" : "how", x => new Question<int>("?") { Context = x }).Map(x => x.Value + x.Answer).Build(),
            "delay" => Flow.FromCode<int, int>("core", async (x, ctx) =>
            {
                await ctx.DelayAsync(TimeSpan.FromHours(1));
                return await ctx.RunAsync(a, x);
            }),
            "decision" => Flow.FromCode<int, int>("core", async (x, ctx) => await ctx.RunAsync(a, x + await ctx.DecideAsync(Is("decision renamed") ? "rule" : "flag", () => 5))),
            "code in parallel" => Flow.FromCode<int, int>("core", async (x, ctx) => (await ctx.AllAsync<int>(async k => await k.RunAsync(a, x), async k => await k.RunAsync(b, x))).Sum()),
            "fallback" => start.Then(flow.Failing("f"), o => o.Fallback(a)).Build(),
            "cache" => start.Then(a, o => o.Cache(x => $"{x}", TimeSpan.FromHours(1))).Then(b).Build(),
            "retried" => start.Then((Flow<int, int>)Flow.Start<int>("again").Then(a).Build().With(o => o.Retry(1).Timeout(TimeSpan.FromHours(1)))).Build(),
            "deep" => start.Then(Flow.Start<int>("one").Then(Flow.Start<int>("two").Then(a).Build()).Then(b).Build()).Build(),
            "approvals" => start.Then(a).Approve("clerk").Then(b).Approve("never", when: x => x < 0).Build(),
            _ => start.Loop("loop", Flow.Start<int>("round").Route("odd", x => x % 2 == 1, r => r.Case(true, a).Otherwise(b)).Build(), x => x > 6, max: 8).Build(),
        };
    }

    private bool Is(string change) => flow.Is(change);

    private Step<int, int> Work(string name, int plus = 1) => flow.Work(name, plus);

    private Flow<int, int> FanOut(FlowBuilder<int, int> start, Step<int, int> a, Step<int, int> b, Step<int, int> c)
    {
        if (Is("branch added")) return start.FanOut(a, b, c).Map(x => x.Item1 + x.Item2 + x.Item3).Build();
        if (Is("branch removed")) return start.FanOut([a]).Map(x => x[0]).Build();
        return Is("branches swapped") ? start.FanOut(b, a).Map(x => x.Item1 + x.Item2).Build() : start.FanOut(a, b).Map(x => x.Item1 + x.Item2).Build();
    }

    private Flow<int, int> Agent(FlowBuilder<int, int> start)
    {
        var tool = Tool.From(Is("tool renamed") ? "twice" : "double", "Doubles.", (int x) => flow.Did.Count("double", x * 2), o => o.Effect(EffectClass.Idempotent));
        var other = Tool.From("other", "Does nothing.", (int x) => x, o => o.Effect(EffectClass.Idempotent));
        Tool[] tools = Is("tool removed") ? [] : Is("tool added") ? [tool, other] : [tool];
        return Is("result type of an agent")
            ? start.Map(x => $"{x}").Then(Build(AgentFlow.Agent.Create<string, int>("helper"))).Build()
            : start.Map(x => $"{x}").Then(Build(AgentFlow.Agent.Create("helper"))).Map(x => x.Length).Build();

        Agent<string, T> Build<T>(AgentBuilder<string, T> builder) => builder
            .Model(new EveryPrefixTests.Answering(flow.Did))
            .Instructions(Is("instructions") ? "Be brief." : "Be kind.")
            .Options(o => o.Temperature = Is("model options") ? 1 : 0)
            .MaxTurns(Is("turns of an agent") ? 5 : 10)
            .Tools(tools)
            .Build();
    }
}
