using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

/// <summary>What somebody reads whose run is held because its flow has changed.</summary>
public class StructureChangeTests
{
    private static readonly Step<int, int> A = Step.Create<int, int>("a", (x, _) => x);
    private static readonly Step<int, int> B = Step.Create<int, int>("b", (x, _) => x);
    private static readonly Step<int, string> Text = Step.Create<int, string>("b", (x, _) => $"{x}");
    private static readonly Step<int, int> Inner = Flow.Start<int>("inner").Then(A).Build();

    private static Flow<int, int> Before => Flow.Start<int>("f").Then(A, o => o.Retry(3)).Loop("l", B, x => x > 5, max: 4).Build();

    [Fact]
    public void A_change_is_named_with_its_place()
    {
        Assert.Equal("'f/a' had retry=3 and has retry=5", FirstWords(Of(Before, Flow.Start<int>("f").Then(A, o => o.Retry(5)).Loop("l", B, x => x > 5, max: 4).Build())));
        Assert.Equal("'f/a' (step int → int) is gone; 'f/c' (step int → int) is new", Of(Before, Flow.Start<int>("f").Then(A.As("c"), o => o.Retry(3)).Loop("l", B, x => x > 5, max: 4).Build()));
        Assert.Contains("max=4 and has max=9", Of(Before, Flow.Start<int>("f").Then(A, o => o.Retry(3)).Loop("l", B, x => x > 5, max: 9).Build()), StringComparison.Ordinal);
        Assert.Equal("'f/b' yielded int and yields string; 'f/(output)' took int and takes string, yielded int and yields string", Of(Flow.Start<int>("f").Then(B).Build(), Flow.Start<int>("f").Then(Text).Build()));
    }

    [Fact]
    public void What_lies_in_nested_flows_and_in_ways_is_seen_and_many_changes_are_counted()
    {
        var nested = Flow.Start<int>("f").Then(Inner).Build();
        Assert.Contains("'f/inner/b' (step int → int) is new", Of(nested, Flow.Start<int>("f").Then(Flow.Start<int>("inner").Then(A).Then(B).Build()).Build()), StringComparison.Ordinal);
        Flow<int, int> Routed(int key) => Flow.Start<int>("f").Route("r", x => x, r => r.Case(key, A).Otherwise(B)).Build();
        Assert.Equal("the way from 'f/r' to 'f/a' for '1' is gone; the way from 'f/r' to 'f/a' for '2' is new", Of(Routed(1), Routed(2)).Replace("f/r/", "f/", StringComparison.Ordinal));
        var many = Enumerable.Range(0, 5).Aggregate(Flow.Start<int>("f").Then(A), (flow, i) => flow.Then(A.As($"x{i}"))).Build();
        Assert.EndsWith("; and 3 more", Of(Flow.Start<int>("f").Then(A).Build(), many), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_kept_is_said_to_be_unknown()
    {
        var now = ((IFlowDefinition)Before).Identity.Structure;
        Assert.Contains("not known", StructureChange.Describe(null, now), StringComparison.Ordinal);
        Assert.Contains("not known", StructureChange.Describe("no base64", now), StringComparison.Ordinal);
        Assert.Contains("not known", StructureChange.Describe(Convert.ToBase64String([1, 2, 3]), now), StringComparison.Ordinal);
        Assert.Contains("another namespace", StructureChange.Describe(now, now), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_flow_is_kept_from_its_beginning_in_a_few_kilobytes()
    {
        var random = new Random(7);
        var large = Enumerable.Range(0, 1_000).Aggregate(Flow.Start<int>("f").Then(A), (flow, i) => flow.Then(A.As($"{random.NextInt64():x} {i}"))).Build();
        var kept = ((IFlowDefinition)large).Identity.Structure!;
        Assert.InRange(kept.Length, 1_000, 4_096);
        Assert.Equal("f/a", FlowStructure.Decode(kept)[1][1]);
        Assert.True(((IFlowDefinition)Before).Identity.Structure!.Length < 400, $"{((IFlowDefinition)Before).Identity.Structure!.Length}");
    }

    private static string Of(IFlowDefinition before, IFlowDefinition after) => StructureChange.Describe(before.Identity.Structure, after.Identity.Structure);

    private static string FirstWords(string text) => text.Split("; ")[0];
}
