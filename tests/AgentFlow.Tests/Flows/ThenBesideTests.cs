using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

/// <summary><c>Then(step, (value, result) => …)</c>, <c>step.With(…)</c> and nodes of many inputs.</summary>
public class ThenBesideTests
{
    private readonly VirtualRun _test = new();

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void The_current_value_stands_beside_the_result(int milliseconds)
    {
        var step = milliseconds == 0 ? Step.Create<int, int>("times-ten", (x, _) => x * 10) : _test.Delay<int>("slow", milliseconds);
        var flow = Flow.Start<int>("beside").Then(step, (x, result) => $"{x}:{result}").Then(Step.Create<string, int>("length", (text, _) => text.Length), (text, length) => $"{text}={length}").Build();
        var run = Finish(flow, 4);
        Assert.Equal(milliseconds == 0 ? "4:40=4" : "4:4=3", run.Value());
        Assert.Equal([$"beside/{step.Name}", "beside/length"], run.Entries.Skip(1).SkipLast(1).Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public void It_is_drawn_as_a_step_and_a_map()
    {
        var flow = Flow.Start<int>("beside").Then(EveryVerb.Text("text"), (x, text) => text.Length + x, o => o.Retry(2)).Build();
        Assert.Equal(["input", "step", "map", "output"], flow.Describe().Nodes.Select(node => node.Kind));
        Assert.Equal("retry=2", flow.Describe().Nodes[1].Settings);
    }

    [Fact]
    public void A_failing_map_has_its_place() =>
        Assert.Equal("beside/(map)", Finish(Flow.Start<int>("beside").Then(EveryVerb.Number("one"), (x, y) => x / (y - y)).Build(), 1).Failure().Path.ToString());

    [Fact]
    public void Nulls_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Flow.Start<int>("x").Then((Step<int, int>)null!, (x, y) => x + y));
        Assert.Throws<ArgumentNullException>(() => Flow.Start<int>("x").Then(EveryVerb.Number("one"), (Func<int, int, int>)null!));
        Assert.Throws<ArgumentNullException>(() => EveryVerb.Number("one").With((Action<StepOptions<int, int>>)null!));
    }

    [Fact]
    public void Options_go_with_a_step_wherever_it_is_used()
    {
        var calls = 0;
        var step = Step.Create<int, int>("shaky", (x, _) => ++calls % 2 == 1 ? throw new IOException("no") : x).With(o => o.Retry(1, TimeSpan.Zero));
        Assert.Equal(2, Finish(Flow.Start<int>("flow").FanOut(step, step).Map((a, b) => a + b).Build(), 1).Value());
        Assert.Equal(4, calls);
    }

    [Fact]
    public void A_node_takes_up_to_eight_results_one_by_one()
    {
        var flow = Flow.Graph<int, string>("graph", g =>
        {
            var i = g.Input;
            var five = g.Add("five", (a, b, c, d, e, _) => $"{a}{b}{c}{d}{e}", i, i, i, i, i);
            var six = g.Add("six", (a, b, c, d, e, f, _) => Task.FromResult($"{a}{b}{c}{d}{e}{f.Length}"), i, i, i, i, i, five);
            var seven = g.Add("seven", (a, b, c, d, e, f, h, _) => new ValueTask<string>($"{a}{b}{c}{d}{e}{f.Length}{h.Length}"), i, i, i, i, i, five, six);
            return g.Add("eight", (a, b, c, d, e, f, h, k, _) => $"{a}{b}{c}{d}{e} {f} {h} {k}", i, i, i, i, i, five, six, seven);
        });
        Assert.Equal("11111 11111 111115 1111156", Finish(flow, 1).Value());
    }

    private FlowRun<T> Finish<T>(Flow<int, T> flow, int input)
    {
        var run = _test.Start(flow, input);
        _test.Finish(run);
        return run;
    }
}
