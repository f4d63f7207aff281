using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Patterns;

public class CascadeTests
{
    private sealed record Answer(string Text, double Confidence);

    private readonly Recorder _recorder = new();

    private Step<int, int> Stage(string name, int plus) => _recorder.Step<int, int>(name, x => x + plus);

    private Step<int, int> Broken(string name) => _recorder.Step<int, int>(name, _ => throw new IOException("down"));

    [Fact]
    public async Task The_large_model_answers_what_the_small_one_is_not_sure_of()
    {
        // As in the README.
        using var cheap = new ScriptedChatClient().Reply(new Answer("42", 0.9)).Reply(new Answer("dunno", 0.2));
        using var dear = new ScriptedChatClient().Reply(new Answer("43", 0.7));
        var small = Agent.Create<string, Answer>("small").Model(cheap).Build();
        var large = Agent.Create<string, Answer>("large").Model(dear).Build();
        var flow = Flow.Start<string>("ask")
            .Cascade("answer", c => c.Try(small, x => x.Confidence >= 0.8, "not sure enough").Try(large))
            .Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal("42", (await runtime.RunAsync(flow, "easy")).Text);
        var run = await Recorder.RunAsync(flow, "hard", runtime);
        Assert.Equal("43", (await run).Text);
        Assert.Equal(
            ["ask/answer/(try): not sure enough", "ask/answer/(try)#2: every result of this stage is accepted"],
            run.Entries.OfType<DecisionMadeEntry>().Where(entry => entry.Path.Name == "(try)").Select(entry => $"{entry.Path}: {entry.Reason}"));
    }

    [Fact]
    public async Task Failures_escalate_and_what_was_tried_is_available()
    {
        var flow = Flow.Start<int>("f").Cascade("c", c => c.Try(Broken("a")).Try(Stage("b", 1), x => x > 5, "too small").Try(Stage("d", 9), r => r.Require(x => x > 5)), (value, tried) => $"{value}: {string.Join(" | ", tried)}").Build();
        Assert.Equal("10: a: System.IO.IOException: down | b: too small | d: accepted", await new FlowRuntime().RunAsync(flow, 1));
    }

    [Fact]
    public async Task When_no_stage_is_acceptable_the_verb_fails_with_every_reason()
    {
        var flow = Flow.Start<int>("f").Cascade("c", c => c.Try(Broken("a")).Try(Stage("b", 1), x => x > 5, "too small")).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        var error = Assert.IsType<CascadeException>(failure.InnerException);
        Assert.Equal([("a", "System.IO.IOException: down"), ("b", "too small")], error.Refusals);
        Assert.Equal("f/c", $"{failure.Path}");
        var all = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Flow.Start<int>("f").Cascade("c", c => c.Try(Broken("a")).Try(Broken("b"))).Build(), 1));
        Assert.Equal(2, Assert.IsType<CascadeException>(all.InnerException).Refusals.Count);
    }

    [Fact]
    public async Task A_judge_may_refuse_a_stage()
    {
        var judge = Step.Create<int, Verdict>("judge", (x, _) => x > 5 ? Verdict.Ready : Verdict.NotReady("nonsense"));
        var flow = Flow.Start<int>("f").Cascade("c", c => c.Try(Stage("a", 1), r => r.Judge(judge)).Try(Stage("b", 9), r => r.Judge(judge)), (_, tried) => string.Join(" | ", tried)).Build();
        Assert.Equal("a: nonsense | b: accepted", await new FlowRuntime().RunAsync(flow, 1));
    }

    [Fact]
    public async Task A_replay_follows_what_was_decided_and_tries_no_rule()
    {
        var tries = 0;
        var flow = Flow.Start<int>("f").Cascade("c", c => c.Try(Stage("a", 1), x => ++tries > 10).Try(Stage("b", 2))).Build();
        var run = await Recorder.RunAsync(flow, 1);
        Assert.Equal((3, 1), (await run, tries));
        tries = 100;
        Assert.Equal(3, await new FlowRuntime().Resume(flow, [.. run.Entries.SkipLast(1)]));
        Assert.Equal(100, tries);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(-9)]
    public void It_comes_to_the_same_end_from_every_prefix(int input)
    {
        EveryPrefixTests.Hold("cascade", (_, did) => Flow.Start<int>("f").Cascade(
            "c",
            c => c.Try(Step.Create<int, int>("a", int (_, ctx) => did.Note(ctx.Path, 0) == 0 ? throw new IOException("down") : 1))
                .Try(Flow.Start<int>("b").Then("b1", (x, ctx) => did.Note(ctx.Path, x)).Build(), x => x > 5, "small")
                .Try(Step.Create<int, int>("d", (x, ctx) => did.Note(ctx.Path, x + 3)), r => r.Judge(Step.Create<int, Verdict>("judge", (x, ctx) => did.Note(ctx.Path, x > 0 ? Verdict.Ready : Verdict.NotReady("negative"))))),
            (value, tried) => $"{value}: {string.Join(" | ", tried)}").Build(), input);
    }

    [Fact]
    public void A_cancelled_run_tries_no_other_stage()
    {
        var test = new VirtualRun();
        var flow = Flow.Start<int>("f").Cascade("c", c => c.Try(test.Delay<int>("slow", 1000)).Try(Stage("b", 1))).Build();
        var run = test.Start(flow, 1);
        test.Settle();
        _ = run.CancelAsync();
        test.Finish(run);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Empty(_recorder.Executed);
    }

    [Fact]
    public void Stages_of_one_name_are_a_defect()
    {
        var same = Stage("a", 1);
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("f").Cascade("c", c => c.Try(same).Try(same)).Build());
        Assert.Equal("f/c/a", Assert.Single(error.Defects).Path);
    }

    [Fact]
    public void It_is_drawn_and_its_rules_are_part_of_the_fingerprint()
    {
        var plain = Flow.Start<int>("f").Cascade("c", c => c.Try(Stage("a", 1), x => x > 5).Try(Stage("b", 2))).Build();
        Assert.Equal("""
            flowchart TD
                n0(["int"])
                n1["a"]
                n2["b"]
                n3{"c<br/>accepts=1+0,any"}
                n4(["int"])
                n0 --> n1
                n1 -.->|"not accepted"| n2
                n1 --> n3
                n2 --> n3
                n3 --> n4
            """, Drawing.Of(plain));
        Assert.NotEqual(plain.Fingerprint, Flow.Start<int>("f").Cascade("c", c => c.Try(Stage("a", 1)).Try(Stage("b", 2))).Build().Fingerprint);
    }
}
