using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

/// <summary>Odd things to say to a builder: each is refused where it is said, with place, value and cure.</summary>
public class OddDefinitionsTests
{
    private static readonly Step<int, int> One = EveryVerb.Number("one");
    private readonly VirtualRun _test = new();

    public static TheoryData<string, Action<FlowBuilder<int, int>>> Nulls => new()
    {
        { "step", f => f.Then((Step<int, int>)null!) },
        { "body", f => f.Then("x", (Func<int, StepContext, ValueTask<int>>)null!) },
        { "body", f => f.Then("x", (Func<int, StepContext, int>)null!) },
        { "name", f => f.Then(null!, (x, _) => x) },
        { "map", f => f.Map((Func<int, int>)null!) },
        { "first", f => f.FanOut((Step<int, int>)null!, One) },
        { "steps", f => f.FanOut((IEnumerable<Step<int, int>>)null!) },
        { "Step 1 of the FanOut is null.", f => f.FanOut([One, null!]) },
        { "Step 0 of the Collect is null.", f => f.Collect(new Step<int, int>[] { null! }) },
        { "Step 2 of the Quorum is null.", f => f.Quorum(1, One, One, null!) },
        { "selector", f => f.ForEach((Func<int, IEnumerable<int>>)null!, One, 1) },
        { "step", f => f.ForEach(x => new[] { x }, (Step<int, int>)null!, 1) },
        { "name", f => f.Route(null!, x => x, r => r.Case(1, One)) },
        { "key", f => f.Route("x", (Func<int, int>)null!, r => r.Case(1, One)) },
        { "cases", f => f.Route("x", x => x, (Func<RouteBuilder<int, int>, RouteBuilder<int, int, int>>)null!) },
        { "The cases of route 'flow/x' are null.", f => f.Route("x", x => x, _ => (RouteBuilder<int, int, int>)null!) },
        { "step", f => f.Route("x", x => x, r => r.Case(1, (Step<int, int>)null!)) },
        { "step", f => f.Route("x", x => x, r => r.Case(1, One).Otherwise(null!)) },
        { "body", f => f.Loop("x", null!, x => x > 1, 2) },
        { "until", f => f.Loop("x", One, null!, 2) },
        { "critic", f => f.Refine("x", (Step<int, int>)null!, Step.Create<Reviewed<int, int>, int>("i", (x, _) => x.Draft), x => x > 1, 2) },
        { "name", f => f.Approve(null!) },
        { "onReject", f => f.Approve("x", (Step<int, int>)null!) },
        { "question", f => f.Ask<int>("x", null!) },
        { "Graph 'g' returns no node.", _ => Flow.Graph<int, int>("g", g => null!) },
        { "build", _ => Flow.Graph<int, int>("g", null!) },
        { "body", _ => Flow.FromCode<int, int>("c", null!) },
        { "name", _ => One.As(null!) },
    };

    [Theory]
    [MemberData(nameof(Nulls))]
    public void A_null_is_named_where_it_is_given(string what, Action<FlowBuilder<int, int>> say)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => say(Flow.Start<int>("flow")));
        Assert.Contains(what, what.Contains(' ', StringComparison.Ordinal) ? error.Message : error.ParamName!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_rule_that_does_not_exist_is_refused() =>
        Assert.Contains("Fail, Return", Assert.Throws<ArgumentOutOfRangeException>(() => Flow.Start<int>("flow").Loop("x", One, x => x > 1, 2, (OnLimit)7)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_version_after_the_build_is_refused()
    {
        var builder = Flow.Start<int>("flow").Then(One);
        builder.Build();
        Assert.Throws<InvalidOperationException>(() => builder.Version(2));
    }

    [Fact]
    public void Cases_that_would_be_lost_are_refused()
    {
        var lost = Assert.Throws<InvalidOperationException>(() => Flow.Start<int>("flow").Route("x", x => x, r =>
        {
            r.Case(1, One);
            return r.Case(2, One);
        }));
        Assert.Contains("Route 'flow/x' has its first case already", lost.Message, StringComparison.Ordinal);
        RouteBuilder<int, int, int>? other = null;
        Flow.Start<int>("flow").Route("y", x => x, r => other = r.Case(1, One)).Build();
        var foreign = Assert.Throws<InvalidOperationException>(() => Flow.Start<int>("flow").Route("x", x => x, _ => other!));
        Assert.Contains("'flow/x' are those of route 'flow/y'", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_would_be_lost_are_refused()
    {
        var twice = Assert.Throws<InvalidOperationException>(() => One.With(o => o.Fallback(EveryVerb.Number("b")).Fallback(EveryVerb.Number("c"))));
        Assert.Contains("'b' and 'c'", twice.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => One.With(o => o.Cache(x => "a", TimeSpan.FromDays(1)).Cache(x => "b", TimeSpan.FromDays(1))));
        One.With(o => o.Fallback(EveryVerb.Number("b").With(p => p.Fallback(EveryVerb.Number("c")))));
    }

    [Theory]
    [InlineData("tab\tbed", "line breaks")]
    [InlineData("bell\a", "\\u0007")]
    [InlineData("\u001b[31mred", "\\u001b")]
    [InlineData("line\u2028", "\\u2028")]
    public void A_name_that_no_journal_could_keep_is_refused(string name, string shown) =>
        Assert.Contains(shown, Assert.Throws<ArgumentException>(() => Flow.Start<int>("flow").Then(name, (x, _) => x)).Message, StringComparison.Ordinal);

    /// <summary>Attributes cannot hold such text either.</summary>
    [Fact]
    public void Nor_is_half_of_a_character()
    {
        foreach (var (name, shown) in new[] { ($"half{(char)0xD83D}", "half\\ud83d"), ($"{(char)0xDE00}half", "\\ude00half") })
        {
            Assert.Contains(shown, Assert.Throws<ArgumentException>(() => One.As(name)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("end")]
    [InlineData("Prüfung \"A\" & <b>|`;")]
    [InlineData("1. first")]
    [InlineData("- [x] *bold* {y} (z)")]
    [InlineData("naïve 😀 数")]
    [InlineData("%%comment")]
    public void An_odd_name_is_only_text(string name)
    {
        var flow = Flow.Start<int>(name).Then(name, (x, _) => x + 1).Route($"{name}?", x => x > 1, r => r.Case(true, One).Case(false, EveryVerb.Number("two"))).Build();
        Assert.Equal(2, Finish(flow).Value());
        var lines = flow.ToMermaid().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal(0, line.Count(character => character == '"') % 2));
        Assert.All(lines, line => Assert.DoesNotContain("<b>", line, StringComparison.Ordinal));
        Assert.Equal(lines.Length, flow.ToMermaid().Count(character => character == '\n'));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 2)]
    [InlineData("a\nb|\"c\"", 3)]
    [InlineData("else", 4)]
    public void Keys_may_be_null_empty_and_odd(string? key, int expected)
    {
        Step<int, int> To(int result) => Step.Create<int, int>($"to-{result}", (_, _) => result);
        var flow = Flow.Start<int>("flow").Route("x", _ => key, r => r.Case(null, To(1)).Case("", To(2)).Case("a\nb|\"c\"", To(3)).Otherwise(To(4))).Build();
        Assert.Equal(expected, Finish(flow).Value());
        Assert.Equal(flow.ToMermaid().Count(character => character == '\n'), flow.ToMermaid().Split('\n').Length - 1);
    }

    [Fact]
    public void What_lambdas_leave_out_has_its_place()
    {
        var asked = Finish(Flow.Start<int>("flow").Ask<int>("why", _ => null!).Map((x, _) => x).Build()).Failure();
        Assert.Equal("flow/why", asked.Path.ToString());
        Assert.Contains("the question of an Ask is null", asked.Message, StringComparison.Ordinal);
        var task = Finish(Flow.Start<int>("flow").Then("late", Task<int> (_, _) => null!).Build()).Failure();
        Assert.Equal("flow/late", task.Path.ToString());
        Assert.Contains("returned null instead of a task", task.Message, StringComparison.Ordinal);
        Assert.Contains("(string?)null", task.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Any_number_of_items_may_be_in_flight(int maxParallel) =>
        Assert.Equal(5_000, Finish(Flow.Start<int>("flow").ForEach(_ => Enumerable.Range(0, 5_000), One, maxParallel).Map(all => all.Count).Build()).Value());

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_quorum_that_cannot_be_is_a_defect(int needed) =>
        Assert.Contains($"a Quorum needs {needed} of 2 steps", Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("flow").Quorum(needed, One, EveryVerb.Number("two")).Build()).Message, StringComparison.Ordinal);

    private FlowRun<int> Finish(Flow<int, int> flow)
    {
        var run = _test.Start(flow, 1);
        _test.Finish(run);
        return run;
    }
}
