using AgentFlow.Approvals;

namespace AgentFlow.Tests.Flows;

/// <summary>A flow in which every verb and every scope occurs.</summary>
internal static class EveryVerb
{
    public static Step<int, int> Number(string name) => Step.Create<int, int>(name, (x, _) => x);

    public static Step<int, string> Text(string name) => Step.Create<int, string>(name, (x, _) => $"{x}");

    public static Flow<int, string> Flow()
    {
        var inner = AgentFlow.Flow.Start<int>("inner").Then(Number("first")).Map(x => x + 1).Build();
        var graph = AgentFlow.Flow.Graph<int, int>("graph", g =>
        {
            var a = g.Add(Number("a"), g.Input);
            return g.Add("join", (x, y, _) => x + y, g.Add(Number("b"), a), g.Add(Number("c"), a));
        });
        var code = AgentFlow.Flow.FromCode<int, int>("code", (x, _) => new(x));
        return AgentFlow.Flow.Start<int>("every-verb")
            .Then(Number("load"), o => o.Retry(3).Timeout(TimeSpan.FromSeconds(30)).Lane("ocr").Effect(EffectClass.Read).Fallback(Number("spare")))
            .Then(inner)
            .FanOut(Number("left"), Text("right")).Map((left, _) => left)
            .Collect([Number("one"), Number("two")]).Map(all => all.Count)
            .Quorum(1, Number("quick"), Number("slow")).Map(first => first[0])
            .Map(x => new[] { x }).ForEach(x => x, code, maxParallel: 8).Map(all => all.Count)
            .Route("kind", Text("classify"), r => r.Case("a|b", Number("letter")).Case("c", graph).Otherwise(Number("rest")))
            .Loop("grow", Number("body"), until: x => x > 1, max: 5)
            .Approve("boss", when: x => x > 100, onReject: Number("halve"), role: "manager")
            .Ask("why", _ => new Question<string>("Why?")).Map((x, _) => x)
            .Refine("polish", critic: Text("review"), improve: Step.Create<Reviewed<int, string>, int>("revise", (x, _) => x.Draft), until: r => r.Length > 0, max: 3, OnLimit.Return)
            .Refine("letter", writer: Step.Create<Revision<int, string, bool>, string>("write", (x, _) => $"{x.Task}"), critic: Step.Create<string, bool>("judge", (_, _) => true), until: good => good, max: 3)
            .Version(3, resumes: 2)
            .Build();
    }
}
