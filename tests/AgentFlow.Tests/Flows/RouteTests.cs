using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

public class RouteTests
{
    private readonly Recorder _recorder = new();

    private enum Risk
    {
        Low,
        High,
        Unknown,
    }

    private Step<int, string> Text(string name) => _recorder.Step<int, string>(name, x => $"{name} {x}");

    [Theory]
    [InlineData(1, "settle 1")]
    [InlineData(200, "investigate 200")]
    public async Task The_key_chooses_the_branch(int amount, string expected)
    {
        var flow = Flow.Start<int>("claim")
            .Route("risk", x => x > 100 ? Risk.High : Risk.Low, r => r.Case(Risk.High, Text("investigate")).Case(Risk.Low, Text("settle")))
            .Build();
        Assert.Equal(expected, await await _recorder.RunAndReplayAsync(flow, amount));
    }

    [Fact]
    public async Task The_choice_is_a_decision_and_the_branch_runs_below_the_verb()
    {
        var flow = Flow.Start<int>("claim").Route("risk", x => x > 100, r => r.Case(true, Text("investigate")).Otherwise(Text("settle"))).Build();
        var run = await Recorder.RunAsync(flow, 5);
        Assert.Equal("settle 5", await run);
        var decision = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal((DecisionKind.Route, "claim/risk", "otherwise"), (decision.Decision, decision.Path.ToString(), (string?)decision.Value));
        Assert.Equal("claim/risk/settle", Assert.Single(run.Entries.OfType<EffectCompletedEntry>()).Path.ToString());
    }

    [Fact]
    public async Task A_replay_follows_the_decision_and_does_not_compute_the_key()
    {
        var level = Risk.High;
        var flow = Flow.Start<int>("claim").Route("risk", _ => level, r => r.Case(Risk.High, Text("investigate")).Otherwise(Text("settle"))).Build();
        var run = await Recorder.RunAsync(flow, 5);
        level = Risk.Low;
        await using var runtime = new FlowRuntime();
        var replayed = runtime.Resume(flow, [.. run.Entries.Take(2)]);
        Assert.Equal("investigate 5", await replayed);
    }

    [Fact]
    public async Task A_step_may_find_the_key()
    {
        var classify = _recorder.Step<int, Risk>("classify", x => x > 100 ? Risk.High : Risk.Low);
        var flow = Flow.Start<int>("claim").Route("risk", classify, r => r.Case(Risk.High, Text("investigate")).Otherwise(Text("settle"))).Build();
        var run = await _recorder.RunAndReplayAsync(flow, 200);
        Assert.Equal("investigate 200", await run);
        Assert.Equal(["claim/risk/classify", "claim/risk/investigate"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task Branches_may_be_flows_and_cases_may_share_a_step()
    {
        var inner = Flow.Start<int>("inner").Then(Text("deep")).Build();
        var flow = Flow.Start<int>("claim").Route("kind", x => $"{x}", r => r.Case("1", inner).Case("2", inner).Otherwise(Text("other"))).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal(["deep 1", "deep 2", "other 3"], [await runtime.RunAsync(flow, 1), await runtime.RunAsync(flow, 2), await runtime.RunAsync(flow, 3)]);
    }

    [Fact]
    public async Task A_null_key_can_be_a_case()
    {
        var flow = Flow.Start<int>("claim").Route("kind", x => x > 0 ? "some" : null, r => r.Case(null, Text("nothing")).Otherwise(Text("something"))).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal("nothing 0", await runtime.RunAsync(flow, 0));
    }

    [Fact]
    public async Task A_key_without_a_case_names_key_and_cases()
    {
        var flow = Flow.Start<int>("claim").Route("risk", _ => Risk.Unknown, r => r.Case(Risk.High, Text("investigate")).Case(Risk.Low, Text("settle"))).Build();
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
        Assert.Equal("claim/risk", failure.Path.ToString());
        var missing = Assert.IsType<RouteNotFoundException>(failure.InnerException);
        Assert.Equal("claim/risk", missing.Path.ToString());
        Assert.Equal(Risk.Unknown, missing.Key);
        Assert.Equal(["High", "Low"], missing.Cases);
        Assert.Equal("'claim/risk': no case for 'Unknown' among High, Low. Add a case for it, or .Otherwise(…).", missing.Message);
    }

    [Fact]
    public async Task A_key_that_throws_is_wrapped_with_the_path()
    {
        var flow = Flow.Start<int>("claim").Route("risk", x => 1 / x, r => r.Case(1, Text("one")).Otherwise(Text("other"))).Build();
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 0));
        Assert.Equal("claim/risk", Assert.IsType<FlowCodeException>(failure.InnerException).Path.ToString());
    }

    [Fact]
    public async Task A_recorded_choice_that_the_flow_no_longer_has_is_a_divergence()
    {
        var before = Flow.Start<int>("claim").Route("risk", _ => Risk.High, r => r.Case(Risk.High, Text("investigate"))).Build();
        var after = Flow.Start<int>("claim").Route("risk", _ => Risk.Low, r => r.Case(Risk.Low, Text("settle"))).Build();
        var run = await Recorder.RunAsync(before, 1);
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.Resume(after, [.. run.Entries.Take(2)]));
        Assert.Contains("recorded the route 'High', now a choice of Low", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicate_cases_are_defects()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim")
            .Route("risk", x => (object)x, r => r.Case(1, Text("a")).Case(1, Text("b")).Case("1", Text("c")).Case("otherwise", Text("d")).Otherwise(Text("e")).Otherwise(Text("f")))
            .Build());
        Assert.Equal(
            [
                "claim/risk: case '1' is given twice. Leave one of them out.",
                "claim/risk: two different keys have the text '1', by which the journal tells branches apart. Use keys with different texts, such as an enum or a string.",
                "claim/risk: the key 'otherwise' is what the journal calls the branch of all other keys. Use another key.",
                "claim/risk: Otherwise is given twice. Leave one of them out.",
            ],
            error.Defects.Where(defect => defect.Path == "claim/risk").Select(defect => defect.ToString()));
    }

    [Fact]
    public void Different_branches_with_one_name_are_a_defect()
    {
        var other = Step.Create<int, string>("same", (x, _) => $"other {x}");
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim").Route("risk", x => x, r => r.Case(1, Text("same")).Otherwise(other)).Build());
        Assert.Equal("claim/risk/same: two different steps are named 'same' in one scope. Name one of them otherwise: step.As(\"…\").", Assert.Single(error.Defects).ToString());
    }
}
