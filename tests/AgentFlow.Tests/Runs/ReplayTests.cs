using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>A replay reuses what is recorded, follows recorded decisions, and refuses a flow that takes another path.</summary>
public class ReplayTests
{
    private readonly VirtualRun _test = new();
    private int _calls;

    [Fact]
    public void Recorded_results_and_failures_come_back_without_their_bodies()
    {
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            var value = await ctx.RunAsync(Counting("good", v => v + 1), x);
            try
            {
                await ctx.RunAsync(Counting("bad", v => throw new IOException($"{v} is too much")), value);
                return "no failure";
            }
            catch (EffectFailedException failure)
            {
                return $"{failure.ErrorType}|{failure.Message}|{failure.Path}|{failure.Is<IOException>()}|{failure.InnerException is null}";
            }
        });
        var live = Finish(flow);
        Assert.Equal("System.IO.IOException|2 is too much|flow/bad|True|False", live.Value());
        _calls = 0;
        var replayed = Resume(flow, live, live.Entries.Count);
        Assert.Equal(live.Value().Replace("False", "True", StringComparison.Ordinal), replayed.Value());
        Assert.Equal(0, _calls);
    }

    [Fact]
    public void A_recorded_decision_is_followed_and_its_lambda_is_not_called()
    {
        var choice = "left";
        var flow = Flow.FromCode<int, string>("flow", (_, ctx) => ctx.DecideAsync("which", () => choice, "because"));
        var live = Finish(flow);
        choice = "right";
        Assert.Equal("left", Resume(flow, live, 2).Value());
        Assert.Equal("right", Resume(flow, live, 1).Value());
        var entry = live.Entries.OfType<DecisionMadeEntry>().Single();
        Assert.Equal((DecisionKind.Value, "left", "because"), (entry.Decision, (string)entry.Value!, entry.Reason));
    }

    [Fact]
    public void Time_ids_and_randomness_come_back()
    {
        var flow = Flow.FromCode<int, string>("flow", async (_, ctx) =>
        {
            var seen = $"{ctx.GetUtcNow():O} {ctx.NewGuid()} {ctx.Random.Next()} {ctx.NewGuid()}";
            var branches = await ctx.AllAsync<string>(c => new($"{c.NewGuid()}"), c => new($"{c.NewGuid()}"));
            Assert.NotEqual(branches[0], branches[1]);
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            return $"{seen} {string.Join(' ', branches)} {ctx.GetUtcNow():O}";
        });
        var live = Finish(flow);
        for (var length = 2; length < live.Entries.Count; length++)
        {
            var seen = Resume(flow, live, length).Value();
            Assert.Equal(live.Value()[..^28], seen[..^28]);
        }

        Assert.Equal(live.Value(), Resume(flow, live, live.Entries.Count).Value());
        Assert.NotEqual(live.Value(), Finish(flow).Value());
    }

    [Fact]
    public void A_step_of_another_type_at_a_recorded_path_is_refused()
    {
        var live = Finish(Flow.FromCode<int, int>("flow", (x, ctx) => ctx.RunAsync(Step.Create<int, int>("step", (v, _) => v), x)));
        var other = Flow.FromCode<int, string>("flow", (x, ctx) => ctx.RunAsync(Step.Create<int, string>("step", (v, _) => $"{v}"), x));
        var divergence = Assert.IsType<FlowNondeterminismException>(Resume(other, live, 2).Failure().InnerException);
        Assert.Equal("flow/step", divergence.Path.ToString());
        Assert.Contains("string", divergence.Requested, StringComparison.Ordinal);
        Assert.Contains("int", divergence.Recorded, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_of_another_kind_or_type_is_refused()
    {
        var live = Finish(Flow.FromCode<int, int>("flow", (x, ctx) => ctx.DecideAsync("which", () => x)));
        Assert.IsType<FlowNondeterminismException>(Resume(Flow.FromCode<int, string>("flow", (x, ctx) => ctx.DecideAsync("which", () => $"{x}")), live, 2).Failure().InnerException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flow_that_ends_without_asking_for_a_recorded_outcome_is_refused(bool isFailing)
    {
        var live = Finish(Flow.FromCode<int, int>("flow", async (x, ctx) => await ctx.RunAsync(Counting("two", v => v), await ctx.RunAsync(Counting("one", v => v), x))));
        var shorter = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            var value = await ctx.RunAsync(Counting("one", v => v), x);
            return isFailing ? throw new IOException("another way") : value;
        });
        var divergence = Assert.IsType<FlowNondeterminismException>(Resume(shorter, live, 3).Failure().InnerException);
        Assert.Equal("flow/two", divergence.Path.ToString());
    }

    [Fact]
    public void A_failure_that_follows_from_what_is_recorded_stays_what_it_is()
    {
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => throw new IOException($"{await ctx.RunAsync(Counting("one", v => v), x)}"));
        Assert.Equal("System.IO.IOException", Resume(flow, Finish(flow), 2).Failure().ErrorType);
    }

    [Fact]
    public async Task An_irreversible_effect_without_an_outcome_is_a_question_and_not_repeated()
    {
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            try
            {
                return $"paid {await ctx.RunAsync(Counting("pay", v => v, o => o.Effect(EffectClass.Irreversible)), x)}";
            }
            catch (EffectFailedException failure)
            {
                return $"{failure.ErrorType} at {failure.Path}: {failure.Message}";
            }
        });
        var live = Finish(flow);
        Assert.Equal("paid 1", live.Value());
        Assert.Equal(["RunStarted flow", "EffectIntended flow/pay", "EffectCompleted flow/pay", "RunCompleted flow"], live.Journal());
        _calls = 0;
        var taken = await AnsweredAsync(flow, live.Entries.Take(2), ApprovalDecision.Answer(7, "ann"));
        Assert.Equal(("paid 7", 0), (taken.Value(), _calls));
        var failed = await AnsweredAsync(flow, live.Entries.Take(2), ApprovalDecision.Reject("the bank refused it", "ann"));
        Assert.Equal(("Uncertain at flow/pay: the run stopped after this irreversible effect had been started; ann says: the bank refused it", 0), (failed.Value(), _calls));
        Assert.Equal(("paid 1", 0), (Resume(flow, live, 3).Value(), _calls));
        Assert.Equal(("paid 7", 0), (Resume(flow, taken, taken.Entries.Count).Value(), _calls));
        var again = await AnsweredAsync(flow, live.Entries.Take(2), ApprovalDecision.Approve("ann"));
        Assert.Equal(("paid 1", 1), (again.Value(), _calls));

        // Cut off once more, behind the answer: before the second attempt the answer counts, behind its start it is used up.
        var cut = again.Entries.TakeWhile(entry => entry is not EffectIntendedEntry { Attempt: 2 }).ToList();
        Assert.Equal(("paid 1", 2), (Resumed(flow, cut).Value(), _calls));
        var twice = await AnsweredAsync(flow, [.. cut, again.Entries[cut.Count]], ApprovalDecision.Answer(8, "ann"));
        Assert.Equal(("paid 8", 2), (twice.Value(), _calls));
        Assert.Equal(("paid 1", 3), (Resume(flow, live, 1).Value(), _calls));
    }

    [Fact]
    public void The_effects_of_a_resumed_run_count_against_its_limit()
    {
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            for (var i = 0; i < 5; i++) x = await ctx.RunAsync(Counting("step", v => v + 1), x);
            return x;
        });
        var live = _test.Start(flow, 1, new() { MaxEffects = 4 });
        _test.Finish(live);
        Assert.Equal(("EffectLimitExceeded", "flow/step#5"), (live.Failure().ErrorType, live.Failure().Path.ToString()));
        Assert.Equal(4, _calls);
        var resumed = _test.Runtime.Resume(flow, [.. live.Entries.Take(4)]);
        _test.Finish(resumed);
        Assert.Equal("EffectLimitExceeded", resumed.Failure().ErrorType);
        Assert.Equal(5, _calls);
    }

    [Fact]
    public void A_journal_with_its_end_replays_to_the_same_end()
    {
        var flow = Flow.FromCode<int, int>("flow", (x, ctx) => ctx.RunAsync(Counting("one", v => v), x));
        var live = Finish(flow);
        var replayed = Resume(flow, live, live.Entries.Count);
        Assert.Equal(live.Journal(), replayed.Journal());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void Replaying_many_abandoned_outcomes_takes_no_time()
    {
        const int Items = 20_000;
        var flow = Flow.FromCode<int, int>("flow", async (_, ctx) =>
        {
            try
            {
                await ctx.ForEachAsync(Enumerable.Range(0, Items), 1, (i, c) => c.RunAsync(Counting("step", v => v < Items - 1 ? v : throw new IOException("the last")), i));
            }
            catch (EffectFailedException)
            {
            }

            return 1;
        });
        var live = Finish(flow);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(1, Resume(flow, live, live.Entries.Count).Value());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    private Step<int, int> Counting(string name, Func<int, int> body, Action<StepOptions<int, int>>? options = null) => Step.Create<int, int>(name, (x, _) =>
    {
        _calls++;
        return body(x);
    }, options);

    private FlowRun<T> Finish<T>(Flow<int, T> flow)
    {
        var run = _test.Start(flow, 1);
        _test.Finish(run);
        return run;
    }

    private FlowRun<T> Resume<T>(Flow<int, T> flow, FlowRun live, int length) => Resumed(flow, live.Entries.Take(length));

    private FlowRun<T> Resumed<T>(Flow<int, T> flow, IEnumerable<JournalEntry> prefix)
    {
        var run = _test.Runtime.Resume(flow, [.. prefix]);
        _test.Finish(run);
        return run;
    }

    private async Task<FlowRun<T>> AnsweredAsync<T>(Flow<int, T> flow, IEnumerable<JournalEntry> prefix, ApprovalDecision answer)
    {
        var run = _test.Runtime.Resume(flow, [.. prefix]);
        _test.Settle();
        var request = Assert.Single(_test.Runtime.Requests.Open);
        Assert.Equal((RequestKind.UncertainEffect, "pay", (object)1), (request.Kind, request.Name, request.Value));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _test.Runtime.Requests.ModifyAsync(request.Id, 5));
        await _test.Runtime.Requests.ResolveAsync(request.Id, answer);
        _test.Finish(run);
        return run;
    }
}
