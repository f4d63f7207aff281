using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Patterns;

public class AssignTests
{
    private sealed record Text(string Language, string Words);

    private readonly Recorder _recorder = new();

    private Step<int, string> Worker(string name) => _recorder.Step<int, string>(name, _ => name);

    private Step<int, string> Broken(string name) => _recorder.Step<int, string>(name, string (_) => throw new IOException("away"));

    private static IEnumerable<string> Reasons(FlowRun run) => run.Entries.OfType<DecisionMadeEntry>().Where(entry => entry.Path.Name == "(assignment)").Select(entry => $"{entry.Path}: {entry.Reason}");

    [Fact]
    public async Task The_cheapest_who_is_able_gets_the_task_and_the_next_one_when_he_fails()
    {
        // As in the README.
        var alice = Step.Create<Text, string>("alice", string (_, _) => throw new IOException("away"));
        var bob = Step.Create<Text, string>("bob", (text, _) => $"bob: {text.Words}");
        var carol = Step.Create<Text, string>("carol", (text, _) => $"carol: {text.Words}");
        var flow = Flow.Start<Text>("desk")
            .Assign("translate", a => a
                .To(alice, can: ["french"], cost: 1)
                .To(bob, can: ["French", "german"], cost: 3)
                .To(carol, can: ["german"], cost: 2)
                .Needs(x => x.Language).Cheapest())
            .Build();
        var run = await Recorder.RunAsync(flow, new Text("french", "oui"));
        Assert.Equal("bob: oui", await run);
        Assert.Equal(
            ["desk/translate/(assignment): alice is the cheapest at 1 of those capable of french", "desk/translate/(assignment)#2: alice failed with System.IO.IOException: away; bob is the cheapest at 3 of those capable of french"],
            Reasons(run));
        Assert.Equal("carol: ja", await new FlowRuntime().RunAsync(flow, new Text("german", "ja")));
    }

    [Theory]
    [InlineData("first", "a")]
    [InlineData("cheapest", "b")]
    [InlineData("best", "c")]
    [InlineData("code", "c")]
    public async Task Rules_prefer(string rule, string chosen)
    {
        var flow = Flow.Start<int>("f").Assign("x", a =>
        {
            var all = a.To(Worker("a"), cost: 3, score: 1).To(Worker("b"), cost: 1, score: 0).To(Worker("c"), cost: 1, score: 7).To(Worker("d"), cost: 5, score: 7);
            return rule switch { "first" => all, "cheapest" => all.Cheapest(), "best" => all.BestScore(), _ => all.By((x, names) => names[x]) };
        }).Build();
        Assert.Equal(chosen, await new FlowRuntime().RunAsync(flow, 2));
    }

    [Fact]
    public async Task Turns_are_taken_over_all_runs()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("f").Assign("x", a => a.To(Worker("a")).To(Worker("b")).To(Worker("c")).RoundRobin()).Build();
        var chosen = new List<string>();
        for (var i = 0; i < 7; i++) chosen.Add(await runtime.RunAsync(flow, i));
        Assert.Equal(["a", "b", "c", "a", "b", "c", "a"], chosen);
        var another = Flow.Start<int>("f").Assign("x", a => a.To(Worker("a")).To(Worker("b")).RoundRobin()).Build();
        Assert.Equal("a", await runtime.RunAsync(another, 1));
    }

    [Fact]
    public void The_least_busy_is_counted_over_all_runs_and_unloaded_ones_are_not_busy()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        Flow<int, int> Slow(string name) => Flow.FromCode<int, int>(name, async (x, ctx) =>
        {
            if (x == 0) await ctx.ApproveAsync("boss", x);
            return await ctx.RunAsync(test.Delay<int>("work", 1000), x);
        });
        var flow = Flow.Start<int>("f").Assign("x", a => a.To(Slow("a")).To(Slow("b")).LeastBusy()).Build();
        var runs = Enumerable.Range(1, 4).Select(x =>
        {
            var run = test.Start(flow, x);
            test.Settle();
            return run;
        }).ToList();
        Assert.Equal(["a is the least busy: a 0, b 0", "b is the least busy: a 1, b 0", "a is the least busy: a 1, b 1", "b is the least busy: a 2, b 1"], runs.Select(run => Reasons(run).Single().Split(": ", 2)[1]));
        runs.ForEach(run => test.Finish(run));
        var waiting = test.Start(flow, 0);
        test.Settle();
        Assert.Equal(RunStatus.Suspended, waiting.Status);
        var next = test.Start(flow, 1);
        test.Settle();
        Assert.EndsWith("a is the least busy: a 0, b 0", Reasons(next).Single(), StringComparison.Ordinal);
        _ = next.CancelAsync();
        test.Finish(next);
        Assert.Equal((0, 0), (test.Runtime.Workload.Of("a"), test.Runtime.Workload.Of("b")));
    }

    [Fact]
    public void Whoever_has_done_his_task_is_not_busy_although_the_run_goes_on()
    {
        var test = new VirtualRun();
        var flow = Flow.Start<int>("f").Assign("x", a => a.To(Broken("a")).To(Worker("b")).LeastBusy()).Then(test.Delay<string>("slow", 1000)).Build();
        var run = test.Start(flow, 1);
        test.Settle();
        Assert.Equal((RunStatus.Running, 0, 0), (run.Status, test.Runtime.Workload.Of("a"), test.Runtime.Workload.Of("b")));
        test.Finish(run);
    }

    [Fact]
    public async Task Nobody_capable_and_everybody_failing_are_errors_of_their_own()
    {
        var flow = Flow.Start<int>("f").Assign("x", a => a.To(Broken("a"), can: ["one"]).To(Broken("b"), can: ["one"]).Needs(x => x == 1 ? ["one"] : ["one", "two"])).Build();
        var none = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 2));
        Assert.Equal(["one", "two"], Assert.IsType<NoCandidateException>(none.InnerException).Capabilities);
        Assert.Contains("There are: a (one), b (one).", none.Message, StringComparison.Ordinal);
        var all = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        Assert.Equal(["a", "b"], Assert.IsType<AssignmentException>(all.InnerException).Failures.Select(failure => failure.From));
        Assert.Equal("f/x", $"{all.Path}");
        var once = Flow.Start<int>("f").Assign("x", a => a.To(Broken("a")).To(Worker("b")).Attempts(1)).Build();
        var first = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(once, 1));
        Assert.Equal("a", Assert.IsType<AssignmentException>(first.InnerException).Failures.Single().From);
    }

    [Fact]
    public async Task Code_that_names_nobody_fails_the_flow()
    {
        var flow = Flow.Start<int>("f").Assign("x", a => a.To(Worker("a")).By((_, _) => "zoe")).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        Assert.Contains("It chose 'zoe', who is not there. Name one of a.", Assert.IsType<FlowCodeException>(failure.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_follows_the_choice_whoever_is_busy_now()
    {
        var asked = 0;
        var flow = Flow.Start<int>("f").Assign("x", a => a.To(Worker("a")).To(Worker("b")).By((_, names) => names[asked++])).Build();
        var run = await Recorder.RunAsync(flow, 1);
        Assert.Equal("a", await run);
        Assert.Equal("a", await new FlowRuntime().Resume(flow, [.. run.Entries.SkipLast(1)]));
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_comes_to_the_same_end_from_every_prefix(int input)
    {
        EveryPrefixTests.Hold("assign", (_, did) =>
        {
            Step<int, int> Work(string name) => Step.Create<int, int>(name, (x, ctx) => did.Note(ctx.Path, name == "a" || x == 2 ? throw new IOException("away") : x));
            return Flow.Start<int>("f").Assign("x", a => a.To(Work("a")).To(Flow.Start<int>("b").Then(Work("inner")).Approve("boss").Build()).To(Work("c")).LeastBusy()).Assign("y", a => a.To(Work("d")).To(Work("e")).RoundRobin()).Build();
        }, input);
    }

    [Fact]
    public void A_cancelled_run_is_not_reassigned()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("f").Assign("x", a => a.To(test.Delay<int>("slow", 1000)).To(_recorder.Step<int, int>("b", x => x))).Build(), 1);
        test.Settle();
        _ = run.CancelAsync();
        test.Finish(run);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Empty(_recorder.Executed);
    }

    [Fact]
    public void Defects_are_found_when_it_is_built()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("f").Assign("x", a => a.To(Worker("a"), can: ["one"]).To(Worker("a")).Needs("two")).Build());
        Assert.Equal(["f/x/a", "f/x"], error.Defects.Select(defect => defect.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => Flow.Start<int>("f").Assign("x", a => a.To(Worker("a"), cost: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Flow.Start<int>("f").Assign("x", a => a.To(Worker("a"), score: double.NaN)));
    }

    [Fact]
    public void It_is_drawn()
    {
        Assert.Equal("""
            flowchart TD
                n0(["int"])
                n1{"x<br/>by=cheapest<br/>needs=one"}
                n2["a"]
                n3["b"]
                n4(["string"])
                n0 --> n1
                n1 -->|"one"| n2
                n1 -->|"one, two"| n3
                n2 --> n4
                n3 --> n4
            """, Drawing.Of(Flow.Start<int>("f").Assign("x", a => a.To(Worker("a"), can: ["one"]).To(Worker("b"), can: ["one", "two"]).Needs("one").Cheapest()).Build()));
    }
}
