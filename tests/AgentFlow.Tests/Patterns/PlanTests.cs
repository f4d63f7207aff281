using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Patterns;

using Asked = PlanRequest<string, string>;
using Task = System.Threading.Tasks.Task;
using Work = PlannedTask<string, string>;

public class PlanTests
{
    private readonly List<Asked> _asked = [];
    private readonly List<string> _done = [];

    private static PlanStep S(string id, string capability = "do", params string[] after) => new(id, $"task {id}", capability, after);

    private static TaskPlan P(params PlanStep[] steps) => new(steps);

    /// <summary>A planner that answers with these plans, one after the other.</summary>
    private Step<Asked, TaskPlan> Planner(params TaskPlan[] plans) => Step.Create<Asked, TaskPlan>("planner", (request, _) =>
    {
        lock (_asked)
        {
            _asked.Add(request);
            return plans[Math.Min(_asked.Count, plans.Length) - 1];
        }
    });

    /// <summary>Fails the tasks that it is told to, and otherwise yields its task and what it needed.</summary>
    private Step<Work, string> Doer(params string[] failing) => Step.Create<Work, string>("doer", (work, _) =>
    {
        lock (_done) _done.Add(work.Task);
        return failing.Contains(work.Task) ? throw new IOException("secret") : $"{work.Task[5..]}({string.Join(',', work.Results.Select(result => result.Result))})";
    });

    private FlowBuilder<string, string> Audit(Step<Asked, TaskPlan> planner, Step<Work, string> doer, Action<PlanOptions<string, string>>? more = null) => Flow.Start<string>("f")
        .Plan("audit", planner, p =>
        {
            p.Worker("do", doer, "Does things.");
            more?.Invoke(p);
        })
        .Map(x => string.Join(' ', x.Results().Select(result => result.Result)));

    private static async Task<TException> FailureAsync<TException>(Flow<string, string> flow) =>
        Assert.IsType<TException>((await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, "goal"))).InnerException);

    [Fact]
    public async Task A_model_plans_workers_carry_out_and_an_editor_finishes()
    {
        // As in the README.
        using var model = new ScriptedChatClient().Reply(new TaskPlan([
            new("prices", "Find the prices", "research", []),
            new("rivals", "Find the rivals", "research", []),
            new("text", "Write it down", "write", ["prices", "rivals"])]));
        var planner = Agent.Create<PlanRequest<string, string>, TaskPlan>("planner").Model(model).Build();
        var researcher = Step.Create<PlannedTask<string, string>, string>("researcher", (work, _) => $"[{work.Task}]");
        var writer = Step.Create<PlannedTask<string, string>, string>("writer", (work, _) => string.Join(" and ", work.Results.Select(result => result.Result)));
        var editor = Step.Create<PlanOutcome<string, string>, string>("editor", (outcome, _) => $"{outcome.Goal}: {outcome.Results().Last().Result}");
        var flow = Flow.Start<string>("desk")
            .Plan("audit", planner, p => p.Worker("research", researcher, "Finds facts.").Worker("write", writer, "Writes texts."), finish: editor)
            .Build();
        var run = await Recorder.RunAsync(flow, "Audit");
        Assert.Equal("Audit: [Find the prices] and [Find the rivals]", await run);
        Assert.Contains("Finds facts.", model.Calls[0].Text, StringComparison.Ordinal);
        Assert.Equal(
            ["desk/audit/(round)/prices/researcher", "desk/audit/(round)/rivals/researcher", "desk/audit/(round)/text/writer"],
            run.Entries.OfType<EffectCompletedEntry>().Select(entry => $"{entry.Path}").Where(path => path.Contains("(round)", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["prices: research: Find the prices; rivals: research: Find the rivals; text after prices and rivals: write: Write it down", "3 done, 0 failed, 0 skipped"],
            run.Entries.OfType<DecisionMadeEntry>().Where(entry => entry.Path.Name is "(plan)" or "(progress)").Select(entry => entry.Reason));
    }

    [Fact]
    public void Steps_run_at_the_same_time_where_their_needs_allow_and_no_more_than_allowed()
    {
        foreach (var (parallel, elapsed) in new[] { (8, 3), (2, 3), (1, 6) })
        {
            _asked.Clear();
            var test = new VirtualRun();
            var slow = Flow.Start<Work>("slow").Then(test.Delay<Work>("wait", 1000)).Map(work => work.Task).Build();
            var plan = P(S("d", "do", "b"), S("a"), S("b", "do", "a"), S("c", "do", "a"), S("e"), S("g"));
            var run = test.Start(Audit(Planner(plan), slow, p => p.MaxParallel(parallel)).Build(), "goal");
            Assert.Equal(TimeSpan.FromSeconds(elapsed), test.Finish(run));
            Assert.Equal(RunStatus.Completed, run.Status);
        }
    }

    [Fact]
    public async Task A_step_that_fails_skips_those_that_need_it_and_the_planner_plans_what_is_left()
    {
        var flow = Audit(Planner(P(S("a"), S("b"), S("c", "do", "a", "b"), S("d", "do", "c")), P(S("b2", "do", "a"), S("c", "do", "a", "b2"))), Doer("task b")).Build();
        var run = await Recorder.RunAsync(flow, "goal");
        Assert.Equal("a() b2(a()) c(a(),b2(a()))", await run);
        Assert.Equal(
            [new("a", "task a", "do", PlanStepState.Done, "a()", null), new("b", "task b", "do", PlanStepState.Failed, null, "It failed."), new("c", "task c", "do", PlanStepState.Skipped, null, "step 'b' has no result"), new("d", "task d", "do", PlanStepState.Skipped, null, "step 'c' has no result")],
            _asked[1].Progress);
        Assert.Equal(["1 done, 1 failed, 2 skipped: b: System.IO.IOException: secret", "2 done, 0 failed, 0 skipped"], run.Entries.OfType<DecisionMadeEntry>().Where(entry => entry.Path.Name == "(progress)").Select(entry => entry.Reason));
    }

    [Fact]
    public async Task A_planner_may_say_that_nothing_is_left_to_do()
    {
        Assert.Equal("a()", await new FlowRuntime().RunAsync(Audit(Planner(P(S("a"), S("b")), P()), Doer("task b")).Build(), "goal"));
        Assert.Equal(["the plan has no steps"], (await FailureAsync<PlanException>(Audit(Planner(P()), Doer()).Build())).Defects);
    }

    public static TheoryData<TaskPlan?, string> Defective => new()
    {
        { null, "there is no plan" },
        { new TaskPlan(null!), "the plan has no steps" },
        { P(), "the plan has no steps" },
        { P([null!]), "a step is null" },
        { P(S("a", "fly")), "nobody is capable of 'fly', which step 'a' takes; there are: do" },
        { P(S("a", "do", "z")), "step 'a' comes after 'z', which is neither in the plan nor done" },
        { P(S("a"), S("a")), "id 'a' is given 2 times" },
        { P(S("a", "do", "a")), "steps wait for each other: a → a" },
        { P(S("x"), S("a", "do", "c"), S("b", "do", "a"), S("c", "do", "b")), "steps wait for each other: a → c → b → a" },
        { P(new PlanStep("a", " ", "do", null!)), "step 'a' has no task" },
        { P(S("a/b")), "an id is no name: 'a/b' is not a step name" },
        { P(S("7")), "an id is no name: '7' is not a step name" },
        { P(new PlanStep(null!, "x", "do", [])), "an id is no name" },
        { P(new PlanStep("a", "x", null!, [])), "nobody is capable of" },
        { P(S("a", "do", [null!])), "step 'a' comes after '', which is neither in the plan nor done" },
        { P([.. Enumerable.Range(0, 1000).Select(i => S($"s{i}"))]), "the plan has 1000 steps, at most 50 are allowed" },
    };

    [Theory]
    [MemberData(nameof(Defective))]
    public async Task A_plan_that_cannot_be_carried_out_goes_back_to_the_planner_with_what_is_wrong(TaskPlan? plan, string defect)
    {
        Assert.Equal("a()", await new FlowRuntime().RunAsync(Audit(Planner(plan!, P(S("a"))), Doer()).Build(), "goal"));
        Assert.StartsWith(defect, Assert.Single(_asked[1].Defects), StringComparison.Ordinal);
        Assert.Same(plan, _asked[1].Refused);
        Assert.Equal(["task a"], _done);
    }

    [Fact]
    public async Task All_defects_are_listed_and_a_planner_that_does_not_mend_them_ends_the_flow()
    {
        var bad = P(S("a", "fly"), S("b", "do", "z"), S("b"));
        var error = await FailureAsync<PlanException>(Audit(Planner(bad), Doer(), p => p.Repairs(1)).Build());
        Assert.Equal(("f/audit", 3, 2), ($"{error.Path}", error.Defects.Count, _asked.Count));
        Assert.Empty(_done);
    }

    [Fact]
    public async Task The_same_plan_again_is_a_livelock()
    {
        var error = await FailureAsync<LivelockException>(Audit(Planner(P(S("a"), S("b")), P(S("b"), S("c")), P(S("c", "do"), S("b"))), Doer("task b", "task c"), p => p.Replans(50)).Build());
        Assert.Equal(["planner", "c", "b"], error.Cycle);
        Assert.Equal(4, _done.Count);
    }

    [Fact]
    public async Task A_planner_that_never_ends_comes_to_its_bound()
    {
        var error = await FailureAsync<PatternLimitException>(Audit(Planner([.. Enumerable.Range(0, 99).Select(i => P(new PlanStep($"s{i}", "x", "do", [])))]), Step.Create<Work, string>("doer", string (_, _) => throw new IOException("no")), p => p.Replans(3)).Build());
        Assert.Equal(("f/audit", "Plan", 4), ($"{error.Path}", error.Pattern, error.Limit));
        Assert.Contains("s3: System.IO.IOException: no", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_human_reviews_changes_and_rejects_plans()
    {
        var test = new VirtualRun();
        var run = test.Start(Audit(Planner(P(S("a")), P(S("b"))), Doer(), p => p.Review()).Build(), "goal");
        test.Settle();
        Resolve(ApprovalDecision.Reject("too short"));
        Assert.Equal(["a human has rejected it: too short"], _asked[1].Defects);
        Resolve(ApprovalDecision.Modify(P(S("z", "fly"))));
        Assert.StartsWith("nobody is capable of 'fly'", _asked[2].Defects.Single(), StringComparison.Ordinal);
        Resolve(ApprovalDecision.Modify(P(S("c"), S("d", "do", "c"))));
        test.Finish(run);
        Assert.Equal("c() d(c())", ((RunStatusEntry)run.Entries[^1]).Value);

        void Resolve(ApprovalDecision decision)
        {
            test.Runtime.Requests.ResolveAsync(Assert.Single(test.Runtime.Requests.Open).Id, decision).AsTask();
            test.Settle();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void An_approval_in_a_step_suspends_the_run_when_nothing_else_is_left_to_do(int parallel)
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var worker = Flow.FromCode<Work, string>("worker", async (work, ctx) =>
        {
            if (work.Task == "task b") return (await ctx.ApproveAsync("boss", "b")).IsApproved ? "b" : "";
            return await ctx.RunAsync(Doer(), work);
        });
        var run = test.Start(Audit(Planner(P(S("b"), S("a"), S("c", "do", "a"), S("d", "do", "b", "c"))), worker, p => p.MaxParallel(parallel)).Build(), "goal");
        test.Settle();
        Assert.Equal((RunStatus.Suspended, parallel == 1 ? 0 : 2), (run.Status, _done.Count));
        test.Runtime.Requests.ResolveAsync(Assert.Single(test.Runtime.Requests.Open).Id, ApprovalDecision.Approve()).AsTask();
        test.Finish(run);
        Assert.Equal("b a() c(a()) d(b,c(a()))", ((RunStatusEntry)run.Entries[^1]).Value);
        Assert.Equal((3, 1), (_done.Count, _asked.Count));
    }

    [Fact]
    public async Task A_long_chain_and_a_wide_plan_are_carried_out()
    {
        var chain = P([.. Enumerable.Range(0, 1000).Select(i => new PlanStep($"s{i}", "x", "do", i == 0 ? [] : [$"s{i - 1}"]))]);
        var wide = P([.. Enumerable.Range(0, 1000).Select(i => new PlanStep($"s{i}", "x", "do", []))]);
        var doer = Step.Create<Work, string>("doer", (work, _) => $"{work.Results.Count}");
        foreach (var (plan, ones) in new[] { (chain, 999), (wide, 0) })
        {
            _asked.Clear();
            var text = await new FlowRuntime().RunAsync(Audit(Planner(plan), doer, p => p.MaxSteps(1000)).Build(), "goal");
            Assert.Equal((1000, ones), (text.Split(' ').Length, text.Count(character => character == '1')));
        }
    }

    [Fact]
    public async Task What_a_step_has_seen_is_on_what_follows()
    {
        var web = Step.Create<Work, string>("browser", string (_, _) => "x", o => o.Source(Label.Untrusted("web")));
        var run = await Recorder.RunAsync(Audit(Planner(P(S("a", "browse"), S("b", "do", "a"), S("c"))), Doer(), p => p.Worker("browse", web)).Then("after", (x, _) => x).Build(), "goal");
        Label? LabelOf(string step) => run.Entries.OfType<EffectCompletedEntry>().Single(entry => $"{entry.Path}".Contains(step, StringComparison.Ordinal)).Label;
        Assert.Equal((Label.Untrusted("web"), null, Label.Untrusted("web")), (LabelOf("/b/doer"), LabelOf("/c/doer"), LabelOf("f/after")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_comes_to_the_same_end_from_every_prefix(int parallel)
    {
        EveryPrefixTests.Hold("plan", (_, did) =>
        {
            var planner = Step.Create<PlanRequest<int, string>, TaskPlan>("planner", (request, ctx) => did.Note(ctx.Path, request.Defects.Count == 0 && request.Progress.Count == 0 ? P(S("a", "fly"))
                : request.Progress.Count == 0 ? P(S("a"), S("b"), S("c", "do", "a"), S("d", "do", "c", "b"), S("e")) : P(S("b2"), S("d", "do", "b2", "c"))));
            var inner = Step.Create<PlannedTask<int, string>, string>("inner", string (work, ctx) => did.Note(ctx.Path, work.Task) == "task b" ? throw new IOException("no") : $"{work.Task[5..]}{work.Results.Count}");
            var worker = Flow.FromCode<PlannedTask<int, string>, string>("worker", async (work, ctx) =>
            {
                if (work.Task is "task c") await ctx.ApproveAsync("boss", work.Task);
                if (work.Task is "task e") await ctx.DelayAsync(TimeSpan.FromHours(1));
                return await ctx.RunAsync(inner, work);
            });
            return Flow.Start<int>("f").Plan("audit", planner, p => p.Worker("do", worker).MaxParallel(parallel).Review(), finish: Step.Create<PlanOutcome<int, string>, string>("finish", (outcome, ctx) => did.Note(ctx.Path, string.Join(' ', outcome.Results().Select(result => result.Result))))).Build();
        }, 1);
    }

    [Fact]
    public void A_cancelled_run_stops_the_workers()
    {
        var test = new VirtualRun();
        var slow = Flow.Start<Work>("slow").Then(test.Delay<Work>("wait", 1000)).Map(work => work.Task).Build();
        var run = test.Start(Audit(Planner(P(S("a"), S("b", "do", "a"))), slow).Build(), "goal");
        test.Settle();
        _ = run.CancelAsync();
        Assert.Equal(TimeSpan.Zero, test.Finish(run));
        Assert.Equal((RunStatus.Cancelled, 1), (run.Status, _asked.Count));
    }

    [Fact]
    public async Task What_only_the_host_can_mend_is_not_planned_around()
    {
        var doer = Step.Create<Work, string>("doer", (_, _) => "x", o => o.Lane("nowhere"));
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Audit(Planner(P(S("a"))), doer).Build(), "goal"));
        Assert.Equal(("UnknownLane", 1), (failure.ErrorType, _asked.Count));
    }

    [Fact]
    public void Defects_are_found_when_it_is_built()
    {
        var doer = Doer();
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<string>("f")
            .Plan("nobody", Planner(), _ => { }).Map(x => x.Goal)
            .Plan("twice", Planner(), p => p.Worker("a", doer).Worker("a", doer)).Build());
        Assert.Equal(["f/nobody", "f/twice"], error.Defects.Select(defect => defect.Path));
    }

    [Fact]
    public void It_is_drawn()
    {
        Assert.Equal("""
            flowchart TD
                n0(["string"])
                n1["planner"]
                n2[\"review<br/>role=boss"/]
                n3{"audit<br/>max-parallel=8<br/>max-steps=50<br/>replans=2<br/>plan-repairs=2"}
                n4["doer"]
                n5["writer"]
                n6[/"string"/]
                n7(["string"])
                n0 --> n1
                n1 --> n2
                n2 --> n3
                n3 -->|"do"| n4
                n3 -->|"write"| n5
                n3 -.->|"plan again"| n1
                n4 --> n6
                n5 --> n6
                n6 --> n7
            """, Drawing.Of(Audit(Planner(), Doer(), p => p.Worker("write", Step.Create<Work, string>("writer", (_, _) => "")).Review("boss")).Build()));
    }
}
