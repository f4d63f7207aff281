namespace AgentFlow.Tests.Flows;

public class FingerprintTests
{
    private static readonly Step<int, int> One = EveryVerb.Number("one");
    private static readonly Step<int, int> Two = EveryVerb.Number("two");

    /// <summary>The base flow, and what is done to it, each time a structural change.</summary>
    public static TheoryData<string, Flow<int, int>> Changes()
    {
        var data = new TheoryData<string, Flow<int, int>>
        {
            { "another flow name", Start("other").Then(One).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "another step name", Start().Then(One.As("uno")).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "another verb name", Start().Then(One).Loop("again", Two, x => x > 1, max: 3).Build() },
            { "another bound", Start().Then(One).Loop("loop", Two, x => x > 1, max: 4).Build() },
            { "another limit rule", Start().Then(One).Loop("loop", Two, x => x > 1, max: 3, OnLimit.Return).Build() },
            { "another order", Start().Loop("loop", Two, x => x > 1, max: 3).Then(One).Build() },
            { "one verb more", Start().Then(One).Map(x => x).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "one step less", Start().Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "an option", Start().Then(One, o => o.Retry(1)).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "another effect class", Start().Then(One, o => o.Effect(EffectClass.Read)).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "a fallback", Start().Then(One, o => o.Fallback(Two)).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "a cache", Start().Then(One, o => o.Cache(x => $"{x}", TimeSpan.FromHours(1))).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "a nested flow", Start().Then(Start("one").Then(One).Build()).Loop("loop", Two, x => x > 1, max: 3).Build() },
            { "another version", Start().Then(One).Loop("loop", Two, x => x > 1, max: 3).Version(2).Build() },
        };
        return data;
    }

    private static FlowBuilder<int, int> Start(string name = "base") => Flow.Start<int>(name);

    private static Flow<int, int> Base() => Start().Then(One).Loop("loop", Two, x => x > 1, max: 3).Build();

    [Fact]
    public void The_same_structure_has_the_same_fingerprint()
    {
        Assert.Equal(Base().Fingerprint, Base().Fingerprint);
        Assert.Equal(EveryVerb.Flow().Fingerprint, EveryVerb.Flow().Fingerprint);
    }

    [Fact]
    public void It_is_the_same_in_every_process_and_on_every_machine() =>
        Assert.Equal("bf42063c5dac928b027c9535651f9039", EveryVerb.Flow().Fingerprint);

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_structural_change_changes_it(string change, Flow<int, int> changed) =>
        Assert.True(Base().Fingerprint != changed.Fingerprint, change);

    [Fact]
    public void Lambdas_are_not_in_it()
    {
        Assert.Equal(Base().Fingerprint, Start().Then("one", (x, _) => x + 1).Loop("loop", Two, x => x > 1_000, max: 3).Build().Fingerprint);
        Assert.Equal(Start().Map(x => x + 1).Build().Fingerprint, Start().Map(x => x * 3).Build().Fingerprint);
    }

    [Fact]
    public void Types_are_in_it_with_their_namespaces()
    {
        var number = Start().Map(x => x + 1).Build();
        var text = Start().Map(x => $"{x}").Build();
        Assert.NotEqual(number.Fingerprint, text.Fingerprint);
        Assert.NotEqual(Start().Map(_ => new First.Same()).Build().Fingerprint, Start().Map(_ => new Second.Same()).Build().Fingerprint);
    }

    [Fact]
    public void Case_keys_are_in_it()
    {
        var one = Start().Route("key", x => x, r => r.Case(1, One).Otherwise(Two)).Build();
        Assert.NotEqual(one.Fingerprint, Start().Route("key", x => x, r => r.Case(2, One).Otherwise(Two)).Build().Fingerprint);
        Assert.NotEqual(one.Fingerprint, Start().Route("key", x => x, r => r.Case(1, One).Case(2, Two)).Build().Fingerprint);
    }

    [Fact]
    public void How_many_branches_a_quorum_needs_is_in_it()
    {
        static Flow<int, int> Quorum(int needed) => Start().Quorum(needed, One, Two).Map(x => x.Count).Build();
        Assert.NotEqual(Quorum(1).Fingerprint, Quorum(2).Fingerprint);
    }

    [Fact]
    public void Graph_edges_are_in_it()
    {
        static Flow<int, int> Graph(bool second) => Flow.Graph<int, int>("graph", g =>
        {
            var a = g.Add(One, g.Input);
            var b = g.Add(Two, g.Input);
            return g.Add("join", (x, y, z, _) => x + y + z, a, b, second ? b : g.Input);
        });
        Assert.NotEqual(Graph(true).Fingerprint, Graph(false).Fingerprint);
    }

    [Fact]
    public void A_version_that_resumes_another_has_its_fingerprint()
    {
        Flow<int, int> With(int version, int? resumes) => Start().Then(One).Version(version, resumes).Build();
        Assert.Equal(With(2, null).Fingerprint, With(3, 2).Fingerprint);
        Assert.NotEqual(With(2, null).Fingerprint, With(3, null).Fingerprint);
        Assert.Equal((3, 2), (With(3, 2).Version, With(3, 2).Resumes));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 0)]
    public void A_version_that_makes_no_sense_is_refused(int version, int? resumes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Start().Version(version, resumes));
        Assert.Throws<ArgumentOutOfRangeException>(() => Flow.Graph<int, int>("graph", g => g.Input, version, resumes));
    }

    private static class First
    {
        public sealed record Same;
    }

    private static class Second
    {
        public sealed record Same;
    }
}
