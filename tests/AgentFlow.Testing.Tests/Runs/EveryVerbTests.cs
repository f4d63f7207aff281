using AgentFlow.Approvals;
using AgentFlow.Policies;

namespace AgentFlow.Testing.Tests.Runs;

/// <summary>The verbs of the builder together: in any interleaving, and continued from anywhere.</summary>
public sealed class EveryVerbTests
{
    private static readonly Step<int, int> Flaky = Step.Create<int, int>(
        "flaky", (x, context) => context.Attempt < 3 ? throw new IOException("no line") : x + 1, o => o.Retry(2, TimeSpan.FromSeconds(1)));

    private static readonly Step<int, int> Broken = Step.Create<int, int>("broken", (int x, StepContext _) => x > -1 ? throw new IOException("no line") : x);

    private static readonly Flow<int, int> Inner = Flow.Start<int>("inner").Then(Bodies.Sleep("sleep", 7)).Then(Broken).Build();

    private static readonly Flow<int, int> Graph = Flow.Graph<int, int>("graph", g =>
    {
        var a = g.Input;
        var b = g.Input;
        foreach (var (i, time) in new[] { 40, 1, 40, 1, 40 }.Index()) a = g.Add(Bodies.Sleep($"a{i}", time), a);
        foreach (var (i, time) in new[] { 1, 40, 1, 40, 1 }.Index()) b = g.Add(Bodies.Sleep($"b{i}", time), b);
        return g.Add("sum", (x, y, _) => x + y, a, b);
    });

    private static readonly Flow<int, string> Everything = Flow.Start<int>("everything")
        .Then(Bodies.Sleep("first", 5))
        .FanOut(Bodies.Sleep("left", 20), Bodies.Chain("right", 10, 30), Flaky)
        .Map((left, right, flaky) => left + right + flaky)
        .Then(Graph)
        .Collect(Broken.As("failing"), Bodies.Sleep("working", 3))
        .Map((failing, working) => working.Value - (failing.IsSuccess ? 1 : 0))
        .Quorum(2, Bodies.Sleep("q1", 30), Broken.As("q2"), Bodies.Sleep("q3", 10), Bodies.Sleep("q4", 500))
        .Map(kept => kept.Sum())
        .Then(Inner, o => o.Retry(1, TimeSpan.FromSeconds(1)).Timeout(TimeSpan.FromMinutes(1)).Fallback(Bodies.Sleep("instead", 2)))
        .Route("size", x => x % 2 == 0, r => r.Case(true, Bodies.Sleep("even", 1)).Otherwise(Bodies.Sleep("odd", 2)))
        .Loop("grow", Bodies.Sleep("grow-by", 100), x => x > 2000, max: 40)
        .Approve("boss")
        .Ask("why", x => new Question<string>($"Why {x}?"))
        .Map((x, why) => $"{x} {why}")
        .ForEach(text => text, Step.Create<char, char>("upper", (c, _) => char.ToUpperInvariant(c)), maxParallel: 3)
        .Map(letters => string.Concat(letters))
        .Build();

    [Fact]
    public async Task Two_chains_of_a_graph_join_when_the_slower_one_is_through()
    {
        await using var host = new FlowTestHost();

        Assert.Equal(122 + 83, await host.RunAsync(Graph, 0).Soon());

        Assert.Equal(TimeSpan.FromMilliseconds(122), host.Elapsed);
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(1, false, true)]
    [InlineData(2, true, false)]
    [InlineData(3, true, true)]
    public async Task All_verbs_come_to_the_same_end(int? seed, bool unload, bool judged)
    {
        await using var host = Host(seed, unload, judged);

        Assert.Equal("2075 BECAUSE", await host.RunAsync(Everything, 1).Soon());

        host.Journal.NothingExecutedTwice().Decided("everything/size", true);
        host.VerifyComplete();
    }

    [Theory]
    [InlineData(ReplayBodies.Recorded, false)]
    [InlineData(ReplayBodies.Executed, false)]
    [InlineData(ReplayBodies.Recorded, true)]
    public async Task All_verbs_are_continued_from_anywhere(ReplayBodies bodies, bool judged)
    {
        await using var host = Host(null, unload: false, judged);
        var run = await host.RunToEndAsync(Everything, 1).Soon();

        var report = await host.ReplayFromEveryPrefixAsync(Everything, run, new() { Bodies = bodies }).Soon();

        Assert.Equal(run.Entries.Count, report.Cuts);
    }

    private static FlowTestHost Host(int? seed, bool unload, bool judged)
    {
        var host = new FlowTestHost(o =>
        {
            (o.Seed, o.UnloadSuspendedRuns, o.RoundTripValues) = (seed, unload, true);
            if (judged) o.Policies.Add(new Watchful());
        });
        host.Answers.Approve("boss").Answer("why", "because").After(TimeSpan.FromDays(1));
        if (judged) host.Answers.Approve("first").Approve("grow-by").Times(13);
        return host;
    }

    private sealed class Watchful : IPolicy
    {
        public string Name => "watchful";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => true;

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(request is { Phase: PolicyPhase.Request, Facts: { Operation: PolicyOperation.RunStep, Target: "first" or "grow-by", Approval: null } }
                ? PolicyDecision.RequireApproval("look at it")
                : PolicyDecision.Allow);
    }
}
