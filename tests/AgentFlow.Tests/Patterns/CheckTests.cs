using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Patterns;

public class CheckTests
{
    private sealed record Claim(decimal Amount, string Policy);

    private readonly Recorder _recorder = new();

    private static void Complete(CheckRules<Claim> rules) =>
        rules.Require(x => x.Amount > 0, "the amount is missing").Require(x => x.Policy.Length > 0, "the policy number is missing");

    [Fact]
    public async Task A_letter_goes_back_to_its_writer_with_the_reasons_until_it_is_right()
    {
        // As in the README.
        var write = Step.Create<Redo<string, string>, string>("write", (work, _) => work.IsFirst ? $"Dear {work.Task}, " + new string('x', 100) : $"Dear {work.Task}, yes.");
        var letter = Flow.Start<string>("letters")
            .Check("letter", write, c => c.Require(text => text.Length < 50, "the letter is too long"), max: 3)
            .Build();
        var run = await Recorder.RunAsync(letter, "Ada");
        Assert.Equal("Dear Ada, yes.", await run);
        Assert.Equal(
            ["letters/letter/(check): the letter is too long", "letters/letter/(check)#2: everything that is required holds"],
            run.Entries.OfType<DecisionMadeEntry>().Select(entry => $"{entry.Path}: {entry.Reason}"));
        Assert.Equal(["letters/letter/write", "letters/letter/write#2"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => $"{entry.Path}"));
    }

    [Fact]
    public async Task Data_that_is_not_ready_is_refused_at_the_entry_with_every_reason()
    {
        var flow = Flow.Start<Claim>("claims").Check("complete", Complete).Then(_recorder.Step<Claim, decimal>("settle", x => x.Amount)).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, new Claim(0, "")));
        var refused = Assert.IsType<NotReadyException>(failure.InnerException);
        Assert.Equal(["the amount is missing", "the policy number is missing"], refused.Reasons);
        Assert.Equal(("claims/complete", 1, "claims/complete"), (refused.Path.ToString(), refused.Rounds, failure.Path.ToString()));
        Assert.Equal("'claims/complete' does not let the value go on: the amount is missing; the policy number is missing. Complete the data, or give the Check a step or a human to send it back to.", refused.Message);
        Assert.Empty(_recorder.Executed);
        Assert.Equal(7, await new FlowRuntime().RunAsync(flow, new Claim(7, "p")));
    }

    [Fact]
    public void Data_that_is_not_ready_waits_for_a_human_who_completes_it()
    {
        var flow = Flow.Start<Claim>("claims")
            .Check("complete", Complete, (claim, reasons) => new Question<Claim>($"Please mend: {string.Join(", ", reasons)}") { Context = claim })
            .Map(x => x.Amount).Build();
        var test = new VirtualRun();
        var run = test.Start(flow, new Claim(0, ""));
        test.Settle();
        var first = Assert.Single(test.Runtime.Requests.Open);
        Assert.Equal(("claims/complete/complete", "Please mend: the amount is missing, the policy number is missing"), ($"{first.Path}", first.Prompt));
        test.Runtime.Requests.ResolveAsync(first.Id, ApprovalDecision.Answer(new Claim(5, ""))).AsTask();
        test.Settle();
        var second = Assert.Single(test.Runtime.Requests.Open);
        Assert.Equal("Please mend: the policy number is missing", second.Prompt);
        test.Runtime.Requests.ResolveAsync(second.Id, ApprovalDecision.Answer(new Claim(5, "p"))).AsTask();
        test.Finish(run);
        Assert.Equal(5m, ((RunStatusEntry)run.Entries[^1]).Value);
    }

    [Fact]
    public async Task At_the_bound_a_wrong_result_is_not_passed_on()
    {
        var write = _recorder.Step<Redo<int, int>, int>("count", work => work.Round);
        var flow = Flow.Start<int>("f").Check("small", write, c => c.Require(x => x > 10), max: 3).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        var refused = Assert.IsType<NotReadyException>(failure.InnerException);
        Assert.Equal((3, "x => x > 10"), (refused.Rounds, refused.Reasons.Single()));
        Assert.Contains("after 3 rounds", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, _recorder.Executed.Count);
    }

    [Fact]
    public async Task The_same_wrong_result_again_is_a_livelock()
    {
        var write = _recorder.Step<Redo<int, int>, int>("count", _ => 1);
        var flow = Flow.Start<int>("f").Check("small", write, c => c.Require(x => x > 10, "too small"), max: 100).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        var livelock = Assert.IsType<LivelockException>(failure.InnerException);
        Assert.Equal(["too small"], livelock.Reasons);
        Assert.Equal(["count"], livelock.Cycle);
        Assert.Equal(2, _recorder.Executed.Count);
    }

    [Fact]
    public async Task A_model_judges_and_its_reasons_reach_the_maker()
    {
        using var model = new ScriptedChatClient().Reply(new Verdict(false, ["no greeting"])).Reply(new Verdict(true, []));
        var judge = Agent.Create<string, Verdict>("reviewer").Model(model).Build();
        var told = new List<string>();
        var write = Step.Create<Redo<string, string>, string>("write", (work, _) =>
        {
            told.AddRange(work.Reasons);
            return work.IsFirst ? "bye" : $"hello {work.Last}";
        });
        Assert.Equal("hello bye", await new FlowRuntime().RunAsync(Flow.Start<string>("f").Check("text", write, c => c.Require(x => x.Length > 0).Judge(judge)).Build(), "x"));
        Assert.Equal(["no greeting"], told);
    }

    [Theory]
    [InlineData(null, "'judge' gave no verdict")]
    [InlineData("", "'judge' said no and gave no reason")]
    [InlineData(" ", "'judge' said no and gave no reason")]
    [InlineData("bad", "bad")]
    public async Task A_judge_that_says_no_is_believed_whatever_else_it_says(string? said, string reason)
    {
        var judge = Step.Create<int, Verdict>("judge", (_, _) => said is null ? null! : said.Length == 0 ? new Verdict(false, null!) : Verdict.NotReady(said));
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Flow.Start<int>("f").Check("c", c => c.Judge(judge)).Build(), 1));
        Assert.Equal([reason], Assert.IsType<NotReadyException>(failure.InnerException).Reasons);
    }

    [Fact]
    public async Task A_value_that_nobody_could_judge_goes_nowhere()
    {
        var judge = Step.Create<int, Verdict>("judge", Verdict (_, _) => throw new IOException("asleep"));
        var after = _recorder.Step<int, int>("after", x => x);
        foreach (var rules in new Action<CheckRules<int>>[] { c => c.Judge(judge), c => c.Require(x => 1 / (x - 1) > 0) })
        {
            await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Flow.Start<int>("f").Check("c", rules).Then(after).Build(), 1));
        }

        Assert.Empty(_recorder.Executed);
    }

    [Fact]
    public async Task Judges_are_asked_when_the_rules_of_code_hold_and_all_of_them_are_heard()
    {
        var one = _recorder.Step<int, Verdict>("one", x => x > 5 ? Verdict.Ready : Verdict.NotReady("one says small"));
        var two = _recorder.Step<int, Verdict>("two", x => x > 6 ? Verdict.Ready : Verdict.NotReady("two says small"));
        var flow = Flow.Start<int>("f").Check("c", c => c.Require(x => x > 0, "negative").Judge(one).Judge(two)).Build();
        var negative = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, -1));
        Assert.Equal(["negative"], ((NotReadyException)negative.InnerException!).Reasons);
        Assert.Empty(_recorder.Executed);
        var small = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        Assert.Equal(["one says small", "two says small"], ((NotReadyException)small.InnerException!).Reasons);
        Assert.Equal(7, await new FlowRuntime().RunAsync(flow, 7));
    }

    [Fact]
    public async Task A_replay_follows_the_verdicts_and_tries_no_rule()
    {
        var tries = 0;
        var flow = Flow.Start<int>("f").Check("c", _recorder.Step<Redo<int, int>, int>("make", work => work.Round), c => c.Require(x => ++tries > 0 && x > 2, "small")).Build();
        var run = await Recorder.RunAsync(flow, 1);
        Assert.Equal((3, 3), (await run, tries));
        Assert.Equal(3, await new FlowRuntime().Resume(flow, [.. run.Entries.SkipLast(1)]));
        Assert.Equal(3, tries);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public void It_comes_to_the_same_end_from_every_prefix(int input)
    {
        EveryPrefixTests.Hold("check", (_, did) => Flow.Start<int>("f")
            .Check("entry", c => c.Require(x => x > 0, "zero"), Step.Create<Redo<int, int>, int>("mend", (work, ctx) => did.Note(ctx.Path, work.Task)), max: 5)
            .Check("made", Step.Create<Redo<int, string>, string>("make", (work, ctx) => did.Note(ctx.Path, $"{work.Last}{work.Task}")), c => c
                .Require(x => x.Length > 1, "short").Judge(Step.Create<string, Verdict>("judge", (x, ctx) => did.Note(ctx.Path, x.Length > 2 ? Verdict.Ready : Verdict.NotReady("still short")))), max: 5)
            .Check("human", c => c.Require(x => x.Length > 3, "human"), (x, _) => new Question<string>("?") { Context = x + x }).Build(), input);
    }

    [Fact]
    public void A_cancelled_run_stops_its_maker()
    {
        var test = new VirtualRun();
        var slow = test.Delay<Redo<int, int>>("slow", 1000);
        var flow = Flow.Start<int>("f").Check("c", Flow.Start<Redo<int, int>>("maker").Then(slow).Map(x => x.Round).Build(), c => c.Require(x => x > 5)).Build();
        var run = test.Start(flow, 1);
        test.Settle();
        _ = run.CancelAsync();
        test.Finish(run);
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [Fact]
    public void Defects_are_found_when_it_is_built()
    {
        var make = _recorder.Step<Redo<int, int>, int>("make", x => x.Task);
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("f")
            .Check("empty", _ => { })
            .Check("once", make, c => c.Require(x => x > 0), max: 1)
            .Check("twins", c => c.Judge(Step.Create<int, Verdict>("judge", (_, _) => Verdict.Ready)).Judge(Step.Create<int, Verdict>("judge", (_, _) => Verdict.Ready))).Build());
        Assert.Equal(["f/empty", "f/once", "f/twins/judge"], error.Defects.Select(defect => defect.Path));
    }

    [Fact]
    public void It_is_drawn()
    {
        var make = Step.Create<Redo<int, int>, int>("make", (x, _) => x.Task);
        var judge = Step.Create<int, Verdict>("judge", (_, _) => Verdict.Ready);
        var drawn = Flow.Start<int>("f").Check("entry", c => c.Require(x => x > 0), (_, _) => new Question<int>("?")).Check("made", make, c => c.Judge(judge)).Check("exit", c => c.Require(x => x > 1)).Build();
        Assert.Equal("""
            flowchart TD
                n0(["int"])
                n1{"entry<br/>max=3<br/>rules=1"}
                n2[\"complete"/]
                n3["make"]
                n4["judge"]
                n5{"made<br/>max=3<br/>rules=0"}
                n6{"exit<br/>rules=1"}
                n7(["int"])
                n0 --> n1
                n1 -->|"not ready"| n2
                n2 -.-> n1
                n1 -->|"ready"| n3
                n3 --> n4
                n4 --> n5
                n5 -.->|"not ready"| n3
                n5 -->|"ready"| n6
                n6 -->|"ready"| n7
            """, Drawing.Of(drawn));
    }
}
