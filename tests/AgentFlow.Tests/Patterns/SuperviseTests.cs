using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Patterns;

/// <summary>A supervisor that is code: what it delegates, what it is told, and where it ends.</summary>
public sealed class SuperviseTests
{
    private static readonly Step<string, string> Research = Step.Create<string, string>("research", (topic, _) => $"facts about {topic}");
    private static readonly Step<string, string> Analyse = Step.Create<string, string>("analyse", (topic, _) => $"numbers of {topic}");
    private static readonly Step<string, string> Broken = Step.Create<string, string>("broken", string (string _, StepContext _) => throw new ToolException("the archive is closed"));

    // The sample of the documentation.
    private static readonly Flow<string, string> Audit = Flow.Start<string>("audit")
        .Supervise("desk", w => w.Workers(Research, Analyse), s => s.Turn == 1
            ? s.Delegate("research", s.Goal, "nothing is known yet").And("analyse", s.Goal)
            : s.Finish(string.Join(", ", s.Delegated.Select(done => done.Outcome.Value)), "both have answered"))
        .Build();

    [Fact]
    public async Task Code_delegates_to_several_workers_at_once_and_finishes_with_what_they_found()
    {
        await using var host = new FlowTestHost();

        var run = await host.RunToEndAsync(Audit, "prices");

        Assert.Equal("facts about prices, numbers of prices", await run.Result);
        run.Journal().Executed("audit/desk/research", "audit/desk/analyse").HasEffects(2);
        Assert.Equal(
            ["delegate to research, analyse (research: nothing is known yet)", "finish: facts about prices, numbers of prices (both have answered)"],
            run.Entries.OfType<DecisionMadeEntry>().Select(entry => $"{entry.Value} ({entry.Reason})"));
        Assert.Equal(["audit/desk/turn", "audit/desk/turn#2"], run.Entries.OfType<DecisionMadeEntry>().Select(entry => $"{entry.Path}"));
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(Audit, run)).Cuts);
    }

    [Fact]
    public async Task A_replay_does_not_call_the_code_again()
    {
        var calls = 0;
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research), s =>
        {
            calls++;
            return s.Turn < 3 ? s.Delegate("research", $"{s.Turn}") : s.Finish(s.Delegated.Count);
        }).Build();
        var run = await new FlowRuntime().StartAsync(flow, "x");
        await run.Ended;
        Assert.Equal(3, calls);

        Assert.Equal(2, await new FlowRuntime().Resume(flow, run.Entries));

        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_failing_worker_is_an_outcome_that_the_supervisor_sees()
    {
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Broken, Research), s => s.Delegated switch
        {
            [] => s.Delegate("broken", s.Goal).And("research", s.Goal),
            [{ Outcome: { IsSuccess: false } failed }, { Outcome.IsSuccess: true }] => s.Finish($"{failed.ErrorType}: {failed.Message}"),
            _ => s.Finish("?"),
        }).Build();

        Assert.Equal("AgentFlow.ToolException: the archive is closed", await new FlowRuntime().RunAsync(flow, "x"));
    }

    [Fact]
    public async Task A_worker_that_yields_null_has_succeeded()
    {
        var silent = Step.Create<string, string>("silent", string (string _, StepContext _) => null!);
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(silent), s => s.Turn == 1 ? s.Delegate("silent", "x") : s.Finish(s.Delegated[0].Outcome.IsSuccess)).Build();

        Assert.True(await new FlowRuntime().RunAsync(flow, "x"));
    }

    [Fact]
    public async Task A_supervisor_may_finish_at_once()
    {
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research), s => s.Finish(s.Goal)).Build();

        Assert.Equal("x", await new FlowRuntime().RunAsync(flow, "x"));
    }

    [Fact]
    public async Task A_repetition_without_news_is_told_first_and_then_ends_with_the_cycle()
    {
        var seen = new List<string>();
        var flow = Flow.Start<string>("audit").Supervise<string, string, string>("desk", w => w.Workers(Research, Analyse), s =>
        {
            seen.AddRange(s.Notices);
            return s.Delegate(s.Turn % 2 == 1 ? "research" : "analyse", s.Goal);
        }).Build();
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(flow, "x");

        var livelock = Assert.IsType<LivelockException>((await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result)).InnerException);
        Assert.Equal("audit/desk", $"{livelock.Path}");
        Assert.Equal(["research", "analyse"], livelock.Cycle);
        Assert.Contains("research → analyse → research", livelock.Message, StringComparison.Ordinal);
        Assert.Contains("nothing new is known since: analyse", seen[0], StringComparison.Ordinal);
        Assert.Equal(["audit/desk/research", "audit/desk/analyse", "audit/desk/research#2"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => $"{entry.Path}"));
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run)).Cuts);
    }

    [Fact]
    public async Task The_same_task_may_be_delegated_again_when_something_new_is_known()
    {
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research, Analyse), s => s.Turn switch
        {
            1 or 3 => s.Delegate("research", s.Goal),
            2 => s.Delegate("analyse", s.Goal),
            _ => s.Finish($"{s.Delegated.Count} {s.Notices.Count}"),
        }).Build();

        Assert.Equal("3 0", await new FlowRuntime().RunAsync(flow, "x"));
    }

    [Fact]
    public async Task What_failed_may_be_tried_once_more_at_once()
    {
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Broken), s => s.Turn < 4 ? s.Delegate("broken", s.Goal) : s.Finish($"{s.Delegated.Count} {s.Notices.Count}")).Build();

        Assert.Equal("2 1", await new FlowRuntime().RunAsync(flow, "x"));
    }

    [Fact]
    public async Task Unknown_workers_are_told_and_end_in_a_livelock_when_they_come_again()
    {
        var notices = new List<string>();
        var flow = Flow.Start<string>("audit").Supervise<string, string, string>("desk", w => w.Workers(Research), s =>
        {
            notices.AddRange(s.Notices);
            return s.Delegate("nobody", s.Goal);
        }).Build();

        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => new FlowRuntime().RunAsync(flow, "x").AsTask());

        Assert.Equal(["nobody"], Assert.IsType<LivelockException>(failure.InnerException).Cycle);
        Assert.Equal(["There is no worker 'nobody'. The workers are: research."], notices);
    }

    [Fact]
    public async Task A_thousand_tasks_in_one_turn_are_cut_at_the_bound_and_the_supervisor_is_told()
    {
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research), s => s.Turn == 1
            ? s.Delegate(Enumerable.Range(0, 1000).Select(i => new Delegation<string>("research", $"{i}", "")))
            : s.Finish($"{s.Delegated.Count}: {s.Notices[0]}"), o => o.MaxDelegations(10)).Build();

        Assert.Equal("10: The last 990 of your 1000 delegations were not carried out: at most 10 are in one turn. Delegate them again if they are still needed.", await new FlowRuntime().RunAsync(flow, "x"));
    }

    [Fact]
    public async Task No_more_workers_are_busy_than_the_bound_allows()
    {
        var (busy, peak) = (0, 0);
        var host = new FlowTestHost();
        var slow = Step.Create<string, string>("slow", async ValueTask<string> (x, ctx) =>
        {
            peak = Math.Max(peak, ++busy);
            await Task.Delay(TimeSpan.FromSeconds(1), ctx.Time, ctx.CancellationToken);
            busy--;
            return x;
        });
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(slow), s => s.Turn == 1
            ? s.Delegate(Enumerable.Range(0, 9).Select(i => new Delegation<string>("slow", $"{i}", "")))
            : s.Finish(s.Delegated.Count), o => o.MaxParallel(3)).Build();
        await using (host) Assert.Equal(9, await host.RunAsync(flow, "x"));

        Assert.Equal(3, peak);
        Assert.Equal(TimeSpan.FromSeconds(3), host.Elapsed);
    }

    [Fact]
    public async Task At_the_bound_of_turns_the_flow_ends_with_a_typed_error()
    {
        var flow = Flow.Start<string>("audit").Supervise<string, string, string>("desk", w => w.Workers(Research), s => s.Delegate("research", $"{s.Turn} {s.TurnsLeft}"), o => o.MaxTurns(3)).Build();
        var run = await new FlowRuntime().StartAsync(flow, "x");

        var limit = Assert.IsType<PatternLimitException>((await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result)).InnerException);

        Assert.Equal((3, "Supervise", "audit/desk"), (limit.Limit, limit.Pattern, $"{limit.Path}"));
        Assert.Equal(["facts about 1 3", "facts about 2 2", "facts about 3 1"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Value));
    }

    [Fact]
    public async Task Workers_of_other_types_are_mapped()
    {
        var count = Step.Create<int, int>("count", (x, _) => x * 2);
        var flow = Flow.Start<string>("audit").Supervise(
            "desk",
            w => w.Workers(Research).Worker(count, task => int.Parse(task, null), result => $"{result}", "doubles"),
            s => s.Turn == 1 ? s.Delegate("research", "a").And("count", "21").And("count", "no number") : s.Finish(s)).Build();

        var end = await new FlowRuntime().RunAsync(flow, "x");

        Assert.Equal(["facts about a", "42"], end.Delegated.Take(2).Select(done => done.Outcome.Value));
        Assert.Equal("AgentFlow.FlowCodeException", end.Delegated[2].Outcome.ErrorType);
        Assert.Equal(["research:", "count:doubles"], end.Workers.Select(worker => $"{worker.Name}:{worker.Description}"));
    }

    [Fact]
    public async Task A_step_can_supervise()
    {
        var lead = Step.Create<Supervision<string, string, string>, SupervisorMove<string, string>>(
            "lead", (s, _) => s.Turn == 1 ? s.Delegate("research", s.Goal) : s.Finish(s.Delegated[0].Outcome.Value!));
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research), lead).Build();
        await using var host = new FlowTestHost(o => o.RoundTripValues = true);

        var run = await host.RunToEndAsync(flow, "x");

        Assert.Equal("facts about x", await run.Result);
        run.Journal().Executed("audit/desk/lead", "audit/desk/research", "audit/desk/lead#2");
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run)).Cuts);
    }

    [Fact]
    public async Task A_supervisor_that_throws_or_yields_nothing_fails_at_the_verb()
    {
        var none = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research), SupervisorMove<string, string> (_) => null!).Build();
        var throws = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research), SupervisorMove<string, string> (_) => throw new IOException("gone")).Build();

        var failures = new List<FlowRunFailedException>();
        foreach (var flow in new[] { none, throws }) failures.Add(await Assert.ThrowsAsync<FlowRunFailedException>(() => new FlowRuntime().RunAsync(flow, "x").AsTask()));

        Assert.All(failures, failure => Assert.Equal("audit/desk", $"{Assert.IsType<FlowCodeException>(failure.InnerException).Path}"));
    }

    [Fact]
    public async Task A_cancelled_run_stops_its_workers()
    {
        var stopped = 0;
        var slow = Step.Create<string, string>("slow", async ValueTask<string> (x, ctx) =>
        {
            try
            {
                await Task.Delay(TimeSpan.FromHours(1), ctx.Time, ctx.CancellationToken);
            }
            finally
            {
                Interlocked.Increment(ref stopped);
            }

            return x;
        });
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(slow), s => s.Turn == 1 ? s.Delegate("slow", "a").And("slow", "b") : s.Finish(0)).Build();
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(flow, "x");
        await host.SettleAsync();

        await host.CancelAsync(run);

        Assert.Equal((RunStatus.Cancelled, 2), (run.Status, stopped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_waits_for_a_human_while_another_works_and_the_run_is_suspended_and_goes_on(bool unload)
    {
        var careful = Flow.Start<string>("careful").Approve("boss").Map(x => $"approved {x}").Build();
        var flow = Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research, careful), s => s.Turn == 1
            ? s.Delegate("careful", "spending").And("research", "prices")
            : s.Finish(string.Join(", ", s.Delegated.Select(done => done.Outcome.Value)))).Build();
        await using var host = new FlowTestHost(o => o.UnloadSuspendedRuns = unload);
        host.Answers.Approve("boss").After(TimeSpan.FromDays(1));

        var run = await host.RunToEndAsync(flow, "x");

        Assert.Equal("approved spending, facts about prices", await run.Result);
        run.Journal().Asked("boss").Executed("audit/desk/research").HasEffects(1);
        Assert.Contains(run.Entries, entry => entry.Kind == JournalEntryKind.RunSuspended);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run)).Cuts);
    }

    [Fact]
    public async Task A_verb_in_a_flow_of_its_own_is_retried_in_a_scope_of_its_own()
    {
        var flow = Flow.Start<string>("outer").Then(
            Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Broken), s => s.Turn == 1 ? s.Delegate("broken", s.Goal) : s.Finish("x")).Then("check", (x, _) => x).Build(), o => o.Retry(1)).Build();
        var failing = Flow.Start<string>("outer").Then(
            Flow.Start<string>("audit").Supervise<string, string, string>("desk", w => w.Workers(Research), s => s.Delegate("research", s.Goal)).Build(), o => o.Retry(1, TimeSpan.FromSeconds(1))).Build();
        await using var host = new FlowTestHost();
        Assert.Equal("x", await host.RunAsync(flow, "x"));

        var run = await host.RunToEndAsync(failing, "x");

        Assert.Equal(RunStatus.Failed, run.Status);
        run.Journal().Executed("outer/audit/desk/research", "outer/audit~2/desk/research").HasEffects(2);
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(failing, run)).Cuts);
    }

    [Fact]
    public void Build_names_every_defect()
    {
        var failure = Assert.Throws<FlowDefinitionException>(() => Flow.Start<string>("audit")
            .Supervise("desk", w => w.Workers(Research, Research, Analyse.As("turn")), s => s.Finish(1))
            .Map(_ => "x")
            .Supervise("empty", w => w.Workers<string, string>(), s => s.Finish(1))
            .Map(_ => "x")
            .Supervise("desk", w => w.Workers(Step.Create<string, string>("twice", (x, _) => x, o => o.Effect(EffectClass.Irreversible).Retry(2))), s => s.Finish(1))
            .Build());

        Assert.Equal(
            ["audit/desk", "audit/desk/research", "audit/desk/turn", "audit/desk/twice", "audit/empty"],
            failure.Defects.Select(defect => defect.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Null_and_bounds_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Flow.Start<string>("x").Supervise("desk", w => w.Workers(Research), (Func<Supervision<string, string, string>, SupervisorMove<string, int>>)null!));
        Assert.Throws<ArgumentException>(() => Flow.Start<string>("x").Supervise("desk", _ => (WorkersBuilder<string, string>)null!, s => s.Finish(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuperviseOptions().MaxTurns(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuperviseOptions().MaxParallel(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuperviseOptions().MaxDelegations(0));
    }

    [Fact]
    public void It_is_drawn_with_the_ways_to_the_workers_and_back() => Assert.Equal(
        """
        flowchart TD
            n0(["string"])
            subgraph n1["desk"]
                n2{"desk"}
                n3["research"]
                n4["analyse"]
            end
            n5(["string"])
            n0 --> n2
            n2 --> n3
            n3 -.-> n2
            n2 --> n4
            n4 -.-> n2
            n2 -->|"finished"| n5
        """.ReplaceLineEndings("\n"),
        Audit.ToMermaid()[..Audit.ToMermaid().IndexOf("\n    classDef", StringComparison.Ordinal)]);

    [Fact]
    public void Bounds_and_workers_are_part_of_the_fingerprint()
    {
        static Flow<string, int> Of(string worker, int turns) => Flow.Start<string>("audit").Supervise("desk", w => w.Workers(Research.As(worker)), s => s.Finish(1), o => o.MaxTurns(turns)).Build();

        Assert.Equal(Of("a", 5).Fingerprint, Of("a", 5).Fingerprint);
        Assert.Equal(3, new[] { Of("a", 5), Of("b", 5), Of("a", 6) }.Select(flow => flow.Fingerprint).Distinct().Count());
    }
}
