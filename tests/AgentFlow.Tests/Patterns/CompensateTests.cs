using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Patterns;

public class CompensateTests
{
    private readonly List<string> _log = [];

    private Step<int, int> Do(string name, Func<int, int>? body = null, Action<StepOptions<int, int>>? options = null) => Step.Create<int, int>(name, (x, _) => (body ?? (y => y + 1))(Log($"{name} {x}", x)), options);

    private Step<Undoing<int, int>, bool> Undo(string name, Action? body = null, Action<StepOptions<Undoing<int, int>, bool>>? options = null) => Step.Create<Undoing<int, int>, bool>(name, (x, _) =>
    {
        Log($"{name} {x.Input}→{x.Result}", true);
        body?.Invoke();
        return true;
    }, options);

    private T Log<T>(string line, T value)
    {
        lock (_log) _log.Add(line);
        return value;
    }

    private static int Fail(int x) => throw new IOException($"no {x}");

    /// <summary>Two steps that can be undone, and a third one.</summary>
    private FlowBuilder<int, int> Booking(Step<int, int> third) => Flow.Start<int>("trip").Compensate("booking", s => s
        .Do(Do("hotel"), undo: Undo("cancel-hotel"))
        .Do(Do("flight"), undo: Undo("cancel-flight"))
        .Do(third));

    [Fact]
    public async Task What_succeeds_is_not_undone()
    {
        Assert.Equal(4, await new FlowRuntime().RunAsync(Booking(Do("charge")).Build(), 1));
        Assert.Equal(["hotel 1", "flight 2", "charge 3"], _log);
    }

    [Fact]
    public async Task A_failure_undoes_what_was_done_last_one_first()
    {
        var run = await Recorder.RunAsync(Booking(Do("charge", Fail)).Build(), 1);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await run);
        var saga = Assert.IsType<SagaException>(failure.InnerException);
        Assert.Equal(["hotel 1", "flight 2", "charge 3", "cancel-flight 2→3", "cancel-hotel 1→2"], _log);
        Assert.Equal(("trip/booking", "charge", "System.IO.IOException"), ($"{saga.Path}", saga.FailedStep, saga.ErrorType));
        Assert.Equal(["flight", "hotel"], saga.Undone);
        Assert.Empty(saga.NotUndone);
        Assert.Equal("'trip/booking' failed at 'charge': System.IO.IOException: no 3. Undone: flight, hotel.", saga.Message);
        Assert.Equal(
            ["trip/booking/(saga): 2 of 3 steps can be undone", "trip/booking/(undo): 'charge' failed with System.IO.IOException: no 3", $"trip/booking/(undone): {saga.Message}"],
            run.Entries.OfType<DecisionMadeEntry>().Select(entry => $"{entry.Path}: {entry.Reason}"));
        Assert.Equal(["trip/booking/(undo)/cancel-flight", "trip/booking/(undo)/cancel-hotel"], run.Entries.OfType<EffectCompletedEntry>().Skip(2).Select(entry => $"{entry.Path}"));
    }

    [Fact]
    public async Task What_cannot_be_undone_is_listed_after_its_retries_and_the_rest_is_undone()
    {
        var flow = Flow.Start<int>("trip").Compensate("booking", s => s
            .Do(Do("hotel"), undo: Undo("cancel-hotel"))
            .Do(Do("flight"), undo: Undo("cancel-flight", () => throw new InvalidOperationException("airline closed"), o => o.Retry(1, TimeSpan.FromMilliseconds(1))))
            .Do(Do("charge", Fail))).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(flow, 1));
        var saga = Assert.IsType<SagaException>(failure.InnerException);
        Assert.Equal(["hotel"], saga.Undone);
        Assert.Equal(new FailedParticipant("flight", "System.InvalidOperationException", "airline closed"), Assert.Single(saga.NotUndone));
        Assert.Contains("NOT undone, to be looked after: flight: System.InvalidOperationException: airline closed", saga.Message, StringComparison.Ordinal);
        Assert.Equal(2, _log.Count(line => line.StartsWith("cancel-flight", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_first_step_that_fails_has_nothing_to_undo_and_flow_code_may_handle_it()
    {
        var booking = Flow.Start<int>("booking").Compensate("saga", s => s.Do(Do("hotel", Fail), undo: Undo("cancel-hotel"))).Build();
        var flow = Flow.FromCode<int, string>("f", async (x, ctx) =>
        {
            try
            {
                return $"{await ctx.RunAsync(booking, x)}";
            }
            catch (SagaException exception)
            {
                return $"{exception.FailedStep} {exception.Undone.Count}";
            }
        });
        Assert.Equal("hotel 0", await new FlowRuntime().RunAsync(flow, 1));
        Assert.Equal(["hotel 1"], _log);
    }

    [Fact]
    public void A_cancelled_run_is_undone_before_it_ends_however_long_that_takes()
    {
        var test = new VirtualRun();
        var flow = Flow.Start<int>("trip").Compensate("booking", s => s
            .Do(Do("hotel"), undo: Step.Create<Undoing<int, int>, int>("cancel-hotel", async Task<int> (x, ctx) =>
            {
                await test.Time.DelayInPlaceAsync(TimeSpan.FromMinutes(1), ctx.CancellationToken);
                return Log("cancelled hotel", 0);
            }))
            .Do(test.Delay<int>("flight", 60_000))).Build();
        var run = test.Start(flow, 1);
        test.Settle();
        _ = run.CancelAsync("changed my mind");
        Assert.Equal(TimeSpan.FromMinutes(1), test.Finish(run));
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal(["hotel 1", "cancelled hotel"], _log);
        Assert.Equal("'flight' was cancelled: changed my mind", run.Entries.OfType<DecisionMadeEntry>().ElementAt(1).Reason);
        Assert.Equal((JournalEntryKind.RunCancelled, "changed my mind"), (run.Entries[^1].Kind, ((RunStatusEntry)run.Entries[^1]).Reason));
    }

    [Fact]
    public async Task A_cancelled_run_says_what_could_not_be_undone()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("trip").Compensate("booking", s => s.Do(Do("hotel"), undo: Undo("cancel-hotel", () => Fail(1))).Do(test.Delay<int>("flight", 60_000))).Build(), 1);
        test.Settle();
        _ = run.CancelAsync("enough");
        test.Finish(run);
        var cancelled = await Assert.ThrowsAsync<FlowRunCancelledException>(async () => await run);
        Assert.Equal("hotel", Assert.IsType<SagaException>(cancelled.InnerException).NotUndone.Single().From);
        Assert.Contains("NOT undone", run.StatusReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Undoing_has_its_limit_when_a_run_is_cancelled()
    {
        var test = new VirtualRun(configure: options => options.UndoGrace = TimeSpan.FromSeconds(30));
        var stuck = new TaskCompletionSource<bool>();
        var run = test.Start(Flow.Start<int>("trip").Compensate("booking", s => s.Do(Do("hotel"), undo: Step.Create<Undoing<int, int>, bool>("cancel-hotel", Task<bool> (_, _) => stuck.Task)).Do(test.Delay<int>("flight", 60_000))).Build(), 1);
        test.Settle();
        _ = run.CancelAsync();
        Assert.Equal(TimeSpan.FromSeconds(32), test.Finish(run));
        Assert.Equal(RunStatus.Cancelled, run.Status);
        stuck.SetResult(true);
        test.Settle();
        Assert.Equal(JournalEntryKind.RunCancelled, run.Entries[^1].Kind);
    }

    [Fact]
    public void A_body_that_ignores_its_token_is_left_behind_and_what_was_before_it_is_undone()
    {
        var test = new VirtualRun();
        var stuck = new TaskCompletionSource<int>();
        var run = test.Start(Booking(Step.Create<int, int>("charge", Task<int> (_, _) => stuck.Task)).Build(), 1);
        test.Settle();
        _ = run.CancelAsync();
        Assert.Equal(TimeSpan.FromSeconds(2), test.Finish(run));
        Assert.Equal(["hotel 1", "flight 2", "cancel-flight 2→3", "cancel-hotel 1→2"], _log);
        stuck.SetResult(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_suspended_run_that_is_cancelled_is_undone(int lingerSeconds)
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.FromSeconds(lingerSeconds));
        var asks = Flow.FromCode<int, int>("asks", async (x, ctx) =>
        {
            var now = ctx.GetUtcNow();
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            x = (await ctx.AllAsync<int>(c => c.RunAsync(Do("one"), x), c => c.RunAsync(Do("two"), x)))[0];
            if (!(await ctx.ApproveAsync("first", x)).IsApproved) throw new InvalidOperationException();
            return (await ctx.ApproveAsync("second", now)).IsApproved ? x : 0;
        });
        var run = test.Start(Booking(asks).Build(), 1);
        test.Settle();
        test.Time.Advance(TimeSpan.FromHours(2));
        test.Settle();
        test.Runtime.Requests.ResolveAsync(Assert.Single(test.Runtime.Requests.Open).Id, ApprovalDecision.Approve()).AsTask();
        test.Settle();
        Assert.Equal((RunStatus.Suspended, 4), (run.Status, _log.Count));
        _ = run.CancelAsync("enough");
        test.Finish(run);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal(["cancel-flight 2→3", "cancel-hotel 1→2"], _log.Skip(4));
        Assert.Empty(test.Runtime.Requests.Open);
    }

    [Fact]
    public void A_suspended_run_without_a_saga_under_way_is_not_executed_again()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var run = test.Start(Booking(Do("charge")).Approve("boss").Build(), 1);
        test.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
        _ = run.CancelAsync("enough");
        test.Finish(run);
        Assert.Equal((RunStatus.Cancelled, 3), (run.Status, _log.Count));
        Assert.DoesNotContain(run.Entries, entry => entry.Kind == JournalEntryKind.RunResumed);
    }

    [Fact]
    public void A_run_whose_deadline_passes_is_undone_and_fails()
    {
        var test = new VirtualRun();
        var run = test.Start(Booking(test.Delay<int>("charge", 60_000)).Build(), 1, new RunOptions { Deadline = TimeSpan.FromSeconds(10) });
        test.Finish(run);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(["cancel-flight 2→3", "cancel-hotel 1→2"], _log.Skip(2));
        Assert.StartsWith("DeadlineExceeded", ((RunStatusEntry)run.Entries[^1]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_of_the_flow_around_it_undoes_it()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("f").Then(Booking(test.Delay<int>("charge", 60_000)).Build(), o => o.Timeout(TimeSpan.FromSeconds(10))).Build(), 1);
        test.Finish(run);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(["cancel-flight 2→3", "cancel-hotel 1→2"], _log.Skip(2));
    }

    [Fact]
    public void A_run_does_not_end_while_a_branch_that_a_join_left_behind_is_undone()
    {
        var test = new VirtualRun();
        var saga = Flow.Start<int>("saga").Compensate("booking", s => s
            .Do(Do("hotel"), undo: Step.Create<Undoing<int, int>, int>("cancel-hotel", async Task<int> (_, ctx) =>
            {
                await test.Time.DelayInPlaceAsync(TimeSpan.FromSeconds(20), ctx.CancellationToken);
                return Log("cancelled hotel", 0);
            })).Do(test.Delay<int>("flight", 60_000))).Build();
        var fails = Flow.Start<int>("fails").Then(test.Delay<int>("wait", 1000)).Then(Do("broken", Fail)).Build();
        var run = test.Start(Flow.Start<int>("f").FanOut(saga, fails).Build(), 1);
        Assert.Equal(TimeSpan.FromSeconds(21), test.Finish(run));
        Assert.Equal((RunStatus.Failed, 0L), (run.Status, run.LateOutcomes));
        Assert.Equal("cancelled hotel", _log[^1]);
        Assert.Equal("f/fails/broken", $"{run.Entries[^1].Path}");
    }

    [Fact]
    public void Undoing_may_ask_a_human_while_the_run_is_cancelled()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var asks = Flow.FromCode<Undoing<int, int>, string>("ask-hotel", async (x, ctx) => Log($"told {await ctx.AskAsync("how", new Question<string>("How to cancel?"))}", ""));
        var run = test.Start(Flow.Start<int>("trip").Compensate("booking", s => s.Do(Do("hotel"), undo: asks).Do(test.Delay<int>("flight", 60_000))).Build(), 1);
        test.Settle();
        _ = run.CancelAsync("enough");
        test.Settle();
        test.Runtime.Requests.ResolveAsync(Assert.Single(test.Runtime.Requests.Open).Id, ApprovalDecision.Answer("by phone")).AsTask();
        Assert.Equal(TimeSpan.Zero, test.Finish(run));
        Assert.Equal((RunStatus.Cancelled, "told by phone"), (run.Status, _log[^1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void It_comes_to_the_same_end_from_every_prefix(int input)
    {
        EveryPrefixTests.Hold("compensate", (_, did) =>
        {
            Step<int, int> Work(string name) => Step.Create<int, int>(name, async ValueTask<int> (x, ctx) =>
            {
                did.Note(ctx.Path);
                await Task.CompletedTask;
                return name == "charge" && x < 2 ? throw new IOException("no money") : x + 1;
            });
            Step<Undoing<int, int>, int> Back(string name, bool fails = false) => Step.Create<Undoing<int, int>, int>(name, int (x, ctx) => did.Note(ctx.Path, fails) ? throw new InvalidOperationException("closed") : x.Result);
            return Flow.Start<int>("trip").Compensate("booking", s => s
                .Do(Work("hotel"), undo: Back("cancel-hotel"))
                .Do(Flow.Start<int>("flight").Then(Work("seat")).Approve("boss").Build(), undo: Back("cancel-flight", fails: true))
                .Do(Work("insurance"), undo: Flow.Start<Undoing<int, int>>("cancel-insurance").Approve("boss").Then(Back("letter")).Build())
                .Do(Work("charge"))).Then(Work("after")).Map(x => $"{x}").Build();
        }, input);
    }

    [Theory]
    [InlineData("fan-out")]
    [InlineData("any")]
    [InlineData("each")]
    [InlineData("graph")]
    [InlineData("timeout")]
    public void What_a_join_has_left_behind_is_undone_whenever_the_process_crashes(string verb)
    {
        var recorded = EveryPrefixTests.Hold(verb, (_, did) =>
        {
            Step<int, int> Work(string name) => Step.Create<int, int>(name, (x, ctx) => did.Note(ctx.Path, x + 1));
            Step<Undoing<int, int>, int> Back(string name) => Step.Create<Undoing<int, int>, int>(name, (x, ctx) => did.Note(ctx.Path, x.Result));
            Step<int, int> Wait(string name, int minutes, bool fails = false) => Flow.FromCode<int, int>(name, async (x, ctx) =>
            {
                await ctx.DelayAsync(TimeSpan.FromMinutes(minutes));
                return fails ? await ctx.RunAsync(Step.Create<int, int>("break", int (_, c) => did.Note(c.Path, 0) == 0 ? throw new IOException("broken") : 0), x) : x;
            });
            var slowBack = Flow.FromCode<Undoing<int, int>, int>("slow-back", async (x, ctx) =>
            {
                await ctx.DelayAsync(TimeSpan.FromMinutes(5));
                return await ctx.RunAsync(Back("cancel-hotel"), x);
            });
            var saga = Flow.Start<int>("saga").Compensate("booking", s => s.Do(Work("hotel"), undo: slowBack).Do(Work("flight"), undo: Back("cancel-flight")).Do(Wait("charge", 60))).Build();
            var fails = Wait("fails", 1, fails: true);
            return verb switch
            {
                "fan-out" => Flow.Start<int>("f").FanOut(saga, fails).Map((x, _) => x).Build(),
                "any" => Flow.Start<int>("f").Quorum(1, saga, Wait("quick", 1)).Map(x => x[0]).Then(Work("after")).Build(),
                "each" => Flow.Start<int>("f").ForEach(x => new[] { x, x + 1 }, (Step<int, int>)Flow.FromCode<int, int>("item", (x, ctx) => ctx.RunAsync(x == 1 ? fails : saga, x)), maxParallel: 2).Map(x => x[0]).Build(),
                "graph" => Flow.Graph<int, int>("f", g => g.Add("sum", (x, y, _) => x + y, g.Add(saga, g.Add(Work("first"), g.Input)), g.Add(fails, g.Input))),
                _ => Flow.Start<int>("f").Then(saga, o => o.Timeout(TimeSpan.FromMinutes(1)).Fallback(Work("instead"))).Then(Work("after")).Build(),
            };
        }, 1);
        string[] undone = [.. recorded.OfType<EffectCompletedEntry>().Select(entry => entry.Path.Name).Where(name => name.StartsWith("cancel", StringComparison.Ordinal))];
        Assert.Equal(["cancel-flight", "cancel-hotel"], undone);
    }

    [Fact]
    public void A_crash_in_the_middle_of_the_undoing_of_a_cancelled_run_goes_on_undoing()
    {
        var did = new EveryPrefixTests.Did();
        Flow<int, int> NewFlow(EveryPrefixTests.Did notes, VirtualRun? test) => Flow.Start<int>("trip").Compensate("booking", s => s
            .Do(Step.Create<int, int>("hotel", (x, ctx) => notes.Note(ctx.Path, x + 1)), undo: Step.Create<Undoing<int, int>, int>("cancel-hotel", (x, ctx) => notes.Note(ctx.Path, x.Result)))
            .Do(Step.Create<int, int>("flight", (x, ctx) => notes.Note(ctx.Path, x + 1)), undo: Step.Create<Undoing<int, int>, int>("cancel-flight", (x, ctx) => notes.Note(ctx.Path, x.Result)))
            .Do(Step.Create<int, int>("charge", async Task<int> (x, ctx) =>
            {
                notes.Note(ctx.Path);
                if (test is not null) await test.Time.DelayInPlaceAsync(TimeSpan.FromHours(1), ctx.CancellationToken);
                return x;
            }))).Build();
        var journal = new InProcessJournal();
        var first = new VirtualRun(configure: options => options.Journal = journal);
        var run = first.Start(NewFlow(did, first), 1, new() { Id = "run" });
        first.Settle();
        _ = run.CancelAsync("enough");
        first.Finish(run);
        var stored = Restart.Stored(journal, run.Id);
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        var decided = entries.FindIndex(entry => entry is DecisionMadeEntry { Path.Name: "(undo)" }) + 1;
        Assert.Equal(JournalEntryKind.RunCancelled, entries[^1].Kind);
        for (var length = decided; length < stored.Count; length++)
        {
            var again = new EveryPrefixTests.Did();
            var restarted = Restart.From<int>(stored.Take(length), null, NewFlow(again, null));
            Assert.Equal((RunStatus.Cancelled, "enough"), (restarted.Run!.Status, restarted.Run.StatusReason));
            var recorded = entries.Take(length).OfType<EffectCompletedEntry>().Select(entry => entry.Path).ToList();
            Assert.Empty(again.Bodies().Intersect(recorded));
            Assert.Equal(["trip/booking/(undo)/cancel-flight", "trip/booking/(undo)/cancel-hotel"], recorded.Skip(2).Concat(again.Bodies()).Select(path => $"{path}"));
        }
    }

    [Fact]
    public async Task A_process_that_stops_undoes_nothing_and_the_next_one_goes_on()
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => options.Journal = journal);
        var run = test.Start(Booking(test.Delay<int>("charge", 60_000)).Build(), 1, new() { Id = "run" });
        test.Settle();
        var stopped = test.Runtime.DisposeAsync().AsTask();
        test.Settle();
        while (!stopped.IsCompleted && test.Time.AdvanceToNextTimer()) test.Settle();
        await stopped;
        Assert.Equal(["hotel 1", "flight 2"], _log);
        var next = Restart.From<int>(Restart.Stored(journal, run.Id), null, Booking(Do("charge")).Build());
        Assert.Equal(RunStatus.Completed, next.Run!.Status);
        Assert.Equal(["hotel 1", "flight 2", "charge 3"], _log);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_that_is_uncertain_after_a_crash_is_found_out_about_first(bool happened)
    {
        Flow<int, int> NewFlow(Step<int, int> last) => Flow.Start<int>("trip").Compensate("booking", s => s
            .Do(Do("pay", options: o => o.Effect(EffectClass.Irreversible)), undo: Undo("refund")).Do(last)).Build();
        var stored = Restart.Record(NewFlow(Do("charge", Fail)), 1);
        var intent = stored.Select(EntryDecoder.Decode).ToList().FindIndex(entry => entry is EffectIntendedEntry) + 1;
        _log.Clear();
        var next = Restart.From<int>(stored.Take(intent), null, NewFlow(Do("charge", Fail)));
        var request = Assert.Single(next.Test.Runtime.Requests.Open);
        Assert.Equal(RequestKind.UncertainEffect, request.Kind);
        Assert.Empty(_log);
        next.Test.Runtime.Requests.ResolveAsync(request.Id, happened ? ApprovalDecision.Answer(7) : ApprovalDecision.Reject("it did not")).AsTask();
        next.Test.Finish(next.Run!);
        Assert.Equal(happened ? ["charge 7", "refund 1→7"] : [], _log);
        Assert.Equal(RunStatus.Failed, next.Run!.Status);
    }

    [Fact]
    public void Defects_are_found_when_it_is_built()
    {
        var undo = Undo("undo");
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("f")
            .Compensate("empty", s => s)
            .Compensate("pointless", s => s.Do(Do("a")))
            .Compensate("twins", s => s.Do(Do("a"), undo: undo).Do(Step.Create<int, int>("a", (x, _) => x), undo: Step.Create<Undoing<int, int>, bool>("undo", (_, _) => true))).Build());
        Assert.Equal(["f/empty", "f/pointless", "f/twins/a", "f/twins/(undo)/undo"], error.Defects.Select(defect => defect.Path));
        var used = Assert.Throws<InvalidOperationException>(() => Flow.Start<int>("f").Compensate("lost", s =>
        {
            s.Do(Do("a"), undo: undo);
            return s.Do(Do("b"), undo: undo);
        }));
        Assert.Contains("Chain them", used.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_drawn()
    {
        Assert.Equal("""
            flowchart TD
                n0(["int"])
                n1["hotel"]
                n2["flight"]
                n3["charge"]
                n4{"booking<br/>steps=3<br/>undo=2"}
                n5["cancel-flight"]
                n6["cancel-hotel"]
                n7(["int"])
                n0 --> n1
                n1 --> n2
                n2 --> n3
                n3 -.->|"fails"| n4
                n4 -.->|"undo"| n5
                n5 --> n6
                n3 --> n7
            """, Drawing.Of(Booking(Do("charge")).Build()));
    }
}
