using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Runs;

/// <summary>A new run from the first entries of another one, with edited values. The other run stays as it is.</summary>
public class ForkTests
{
    private readonly InProcessJournal _journal = new();
    private readonly List<string> _executed = [];

    /// <summary>Doubles, asks, and pays what was answered.</summary>
    private Flow<int, string> Claim => field ??= Flow.FromCode<int, string>("claim", async (x, ctx) =>
    {
        var doubled = await ctx.RunAsync(Did<int, int>("double", y => y * 2), x);
        var answer = await ctx.AskAsync("amount", new Question<int>("how much?") { Context = doubled });
        return await ctx.RunAsync(Did<int, string>("pay", y => $"paid {y} of {doubled}", EffectClass.Irreversible), answer);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fork_of_an_ended_run_executes_what_lies_behind_the_cut(bool isDurable)
    {
        var test = Open(isDurable);
        var run = Ended(test, Claim, 10, 7);
        var before = Texts(run);
        var cut = Number(run, entry => entry is EffectCompletedEntry { StepName: "double" });
        _executed.Clear();

        var fork = await ForkAsync<string>(test, run.Id, cut, edit => edit.Result("claim/double", 5));
        Assert.Empty(_executed);
        var open = Assert.Single(test.Runtime.Requests.Open);
        Assert.Equal(($"{fork.Id}/claim/amount", fork.Id, (object)5), (open.Id, open.RunId, open.Value));
        Answer(test, open.Id, 3);

        Assert.Equal("paid 3 of 5", fork.Value());
        Assert.Equal([$"{fork.Id}/claim/pay"], _executed);
        Assert.Equal((run.Id, cut, "claim/double"), (fork.ForkedFrom!.RunId, fork.ForkedFrom.Entry, $"{Assert.Single(fork.ForkedFrom.Edited)}"));
        Assert.Equal(before, Texts(run));
        Assert.Equal("paid 7 of 20", run.Value());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fork_of_a_suspended_run_has_the_open_request_and_both_are_answered_for_themselves(bool isDurable)
    {
        var test = Open(isDurable);
        var run = test.Start(Claim, 10, new() { Id = "claim-1" });
        test.Settle();
        var fork = await ForkAsync<string>(test, run.Id, test.Runtime.ReadEntriesAsync(run.Id).AsTask().Now().Count, edit => edit.Options = edit.Options with { Id = "what-if" });
        Assert.Equal(["claim-1/claim/amount", "what-if/claim/amount"], test.Runtime.Requests.Open.Select(request => request.Id).Order(StringComparer.Ordinal));
        Assert.Single(fork.Entries.OfType<RequestOpenedEntry>());

        Answer(test, "what-if/claim/amount", 1);
        Assert.Equal(("paid 1 of 20", RunStatus.Suspended), (fork.Value(), run.Status));
        Answer(test, "claim-1/claim/amount", 2);
        Assert.Equal("paid 2 of 20", run.Value());
        Assert.Equal(["claim-1/claim/double", "what-if/claim/pay", "claim-1/claim/pay"], _executed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_edited_answer_is_the_answer_and_an_input_begins_from_the_beginning(bool isDurable)
    {
        var test = Open(isDurable);
        var run = Ended(test, Claim, 10, 7);
        var cut = Number(run, entry => entry is RequestResolvedEntry);
        var fork = await ForkAsync<string>(test, run.Id, cut, edit => edit.Answer("claim/amount", ApprovalDecision.Answer(9, "ada")));
        Assert.Equal("paid 9 of 20", fork.Value());
        Assert.Equal("ada", fork.Entries.OfType<RequestResolvedEntry>().Single().Decision.By);

        var other = await ForkAsync<string>(test, run.Id, 1, edit => edit.Input(4));
        Answer(test, $"{other.Id}/claim/amount", 1);
        Assert.Equal("paid 1 of 8", other.Value());
        Assert.Equal("claim", $"{Assert.Single(other.ForkedFrom!.Edited)}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fork_of_a_fork_keeps_the_ids_and_the_randomness_that_its_entries_fit(bool isDurable)
    {
        var flow = Flow.FromCode<int, string>("ids", async (x, ctx) =>
        {
            var id = $"{ctx.NewGuid()} {ctx.Random.Next()}";
            var first = await ctx.RunAsync(Did<string, string>("first", y => y), id);
            var second = await ctx.RunAsync(Did<string, string>("second", y => y), id);
            return $"{id == first} {first == second} {x}";
        });
        var test = Open(isDurable, flow);
        var run = test.Start(flow, 1);
        test.Settle();
        Assert.Equal("True True 1", run.Value());
        var fork = await ForkAsync<string>(test, run.Id, 2);
        var again = await ForkAsync<string>(test, fork.Id, 2, edit => edit.Input(2));
        Assert.Equal(("True True 1", "True True 2"), (fork.Value(), again.Value()));
        Assert.Equal(fork.Id, again.ForkedFrom!.RunId);
        Assert.Equal([$"{run.Id}/ids/first", $"{run.Id}/ids/second", $"{fork.Id}/ids/second", $"{again.Id}/ids/second"], _executed);
    }

    [Fact]
    public async Task A_fork_survives_its_process()
    {
        var first = Open(true);
        var run = Ended(first, Claim, 10, 7);
        var fork = await ForkAsync<string>(first, run.Id, 2, edit => edit.Result("claim/double", 5));
        var again = await ForkAsync<string>(first, fork.Id, 2);
        _executed.Clear();

        var second = Open(true, Claim);
        var recovery = second.Runtime.RecoverAsync();
        second.Settle();
        Assert.Equal(2, recovery.Now().Suspended.Count);
        Answer(second, $"{again.Id}/claim/amount", 3);
        var recovered = second.Runtime.GetRunAsync<string>(again.Id).AsTask().Now()!;
        Assert.Equal("paid 3 of 5", recovered.Value());
        Assert.Equal([$"{again.Id}/claim/pay"], _executed);
        Assert.Equal((fork.Id, 2, run.Id), (recovered.ForkedFrom!.RunId, recovered.ForkedFrom.Entry, recovered.ForkedFrom.Root));
        Assert.Equal("claim/double", $"{Assert.Single(Decoded(fork.Id)[0].ForkedFrom!.Edited)}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_edited_loop_decision_ends_the_loop_or_goes_on(bool isDurable)
    {
        var flow = Flow.Start<int>("count").Loop("up", Flow.Start<int>("body").Then("add", (int x, StepContext step) => Note(step, x + 1)).Build(), until: x => x >= 3, max: 10).Build();
        var test = Open(isDurable, flow);
        var run = test.Start(flow, 0);
        test.Settle();
        Assert.Equal(3, run.Value());
        var decisions = run.Entries.OfType<DecisionMadeEntry>().Where(entry => entry.Decision == DecisionKind.Loop).ToList();
        var (one, last) = (decisions[0], decisions[^1]);
        Assert.Equal((true, false), ((bool)one.Value!, (bool)last.Value!));

        Assert.Equal(1, (await ForkAsync<int>(test, run.Id, one.Sequence, edit => edit.Decision($"{one.Path}", false))).Value());
        Assert.Equal(4, (await ForkAsync<int>(test, run.Id, last.Sequence, edit => edit.Decision($"{last.Path}", true))).Value());
        Assert.Equal(4, _executed.Count);

        // What is recorded behind the edited decision is not asked for any more.
        var diverged = await ForkAsync<int>(test, run.Id, last.Sequence, edit => edit.Decision($"{one.Path}", false));
        Assert.IsType<FlowNondeterminismException>(diverged.Error!.InnerException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_edited_response_of_a_model_sends_an_agent_another_way(bool isDurable)
    {
        var model = new ScriptedChatClient();
        model.Reply("yes").Reply("better");
        var agent = Agent.Create("writer").Model(model).Build();
        var flow = Flow.Start<string>("write").Then(agent).Then(agent).Build();
        var test = Open(isDurable, flow);
        var run = test.Start(flow, "go");
        test.Settle();
        Assert.Equal("better", run.Value());
        model.Reply("again");
        var call = run.Entries.OfType<EffectCompletedEntry>().First();
        var fork = await ForkAsync<string>(test, run.Id, call.Sequence, edit => edit.Result($"{call.Path}", new ChatResponse(new ChatMessage(ChatRole.Assistant, "no"))));
        Assert.Equal("again", fork.Value());
        Assert.Contains("no", string.Concat(model.Calls[^1].Messages.Select(message => message.Text)), StringComparison.Ordinal);
        Assert.Equal(3, model.Calls.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_does_not_fit_is_refused_and_starts_nothing(bool isDurable)
    {
        var test = Open(isDurable);
        var run = Ended(test, Claim, 10, 7);
        var count = run.Entries.Count;
        var runs = test.Runtime.Runs.Count;
        await RefusedAsync(RunId.Parse("nobody"), 1, _ => { }, null, "nobody knows it");
        await RefusedAsync(run.Id, 0, _ => { }, null, $"it has {count} entries, and none with the number 0");
        await RefusedAsync(run.Id, count + 1, _ => { }, null, $"none with the number {count + 1}");
        await RefusedAsync(run.Id, count, edit => edit.Result("claim/doubles", 1), "claim/doubles", "no outcome of an effect is recorded there");
        await RefusedAsync(run.Id, 1, edit => edit.Result("claim/double", 1), "claim/double", "entry 2, behind the cut at 1");
        await RefusedAsync(run.Id, 2, edit => edit.Result("claim/double", "x"), "claim/double", "the result of step 'double' is a int, not a string (x)");
        await RefusedAsync(run.Id, 2, edit => edit.Input("x"), "claim", "the input is a int, not a string (x)");
        await RefusedAsync(run.Id, count, edit => edit.Decision("claim/amount", 1), "claim/amount", "no decision is recorded there");
        await RefusedAsync(run.Id, count, edit => edit.Answer("claim/amount", ApprovalDecision.Approve()), "claim/amount", "is a question");
        Assert.Contains("yields string, not int", (await Assert.ThrowsAsync<ForkException>(() => test.Runtime.ForkAsync<int>(run.Id, 1))).Message, StringComparison.Ordinal);
        Assert.Equal(RunIdConflict.Fork, (await Assert.ThrowsAsync<RunIdConflictException>(() => test.Runtime.ForkAsync(run.Id, 1, edit => edit.Options = new() { Id = $"{run.Id}" }))).Conflict);
        Assert.Equal((runs, 0), (test.Runtime.Runs.Count, test.Runtime.ActiveRuns));

        async Task RefusedAsync(RunId id, int at, Action<RunEdit> edit, string? path, string message)
        {
            var refused = await Assert.ThrowsAsync<ForkException>(() => test.Runtime.ForkAsync(id, at, edit));
            Assert.Equal((id, path), (refused.RunId, refused.Path));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_of_another_type_is_refused_where_its_type_is_known_and_ends_the_fork_where_it_is_read(bool isDurable)
    {
        var test = Open(isDurable);
        var run = Ended(test, Claim, 10, 7);
        Task<FlowRun<string>> Fork() => ForkAsync<string>(test, run.Id, run.Entries.Count, edit => edit.Answer("claim/amount", ApprovalDecision.Answer("much")));
        if (!isDurable)
        {
            Assert.Contains("takes a int, not string", (await Assert.ThrowsAsync<ForkException>(Fork)).Message, StringComparison.Ordinal);
            return;
        }

        var fork = await Fork();
        var diverged = Assert.IsType<FlowNondeterminismException>(fork.Error!.InnerException);
        Assert.Equal(("claim/amount", "an answer that reads \"much\"", "int"), ($"{diverged.Path}", diverged.Recorded, diverged.Requested));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_judge_a_fork_as_a_start(bool isDurable)
    {
        var judged = new List<string>();
        var judge = new Judge(PolicyOperation.StartRun, PolicyPhase.Request, request =>
        {
            judged.Add($"{request.Content.Value}");
            return request.Content.Value is 99 ? PolicyDecision.Deny("too much") : PolicyDecision.Allow;
        });
        var resumed = new Judge(PolicyOperation.ResumeRun, PolicyPhase.Request, _ => PolicyDecision.Deny("no resume"));
        var test = Open(isDurable, Claim, options =>
        {
            options.Policies.Add(judge);
            options.Policies.Add(resumed);
        });
        var run = test.Start(Claim, 10);
        test.Settle();
        var denied = await ForkAsync<string>(test, run.Id, 3, edit => edit.Input(99));
        Assert.Contains("too much", denied.StatusReason, StringComparison.Ordinal);
        var fork = await ForkAsync<string>(test, run.Id, 3);
        Assert.Equal((RunStatus.Suspended, "10,99,10"), (fork.Status, string.Join(',', judged)));
        Assert.Single(_executed);
    }

    [Fact]
    public async Task An_irreversible_effect_that_had_begun_before_the_cut_is_done_anew_and_nobody_is_asked()
    {
        var test = Open(true);
        var run = Ended(test, Claim, 10, 7);
        var intended = Number(run, entry => entry is EffectIntendedEntry);
        var fork = await ForkAsync<string>(test, run.Id, intended);
        Assert.Equal("paid 7 of 20", fork.Value());
        Assert.Equal([$"{run.Id}/claim/double", $"{run.Id}/claim/pay", $"{fork.Id}/claim/pay"], _executed);
    }

    [Fact]
    public async Task A_pause_is_not_taken_over()
    {
        var test = Open(true);
        var run = test.Start(Claim, 10);
        test.Settle();
        await run.PauseAsync("ada", "stop");
        var fork = await ForkAsync<string>(test, run.Id, run.Entries.Count);
        Assert.Equal((true, false), (run.IsPaused, fork.IsPaused));
    }

    [Fact]
    public async Task Of_a_run_of_which_only_the_outcome_is_kept_nothing_can_be_forked()
    {
        var test = new VirtualRun(configure: options => options.KeepEndedRuns = 0);
        var run = test.Start(Flow.Start<int>("f").Then("a", (int x, StepContext _) => x).Build(), 1, new() { Id = "r" });
        test.Settle();
        var refused = await Assert.ThrowsAsync<ForkException>(() => test.Runtime.ForkAsync(run.Id, 1));
        Assert.Contains("KeepEndedRuns", refused.Message, StringComparison.Ordinal);
    }

    private VirtualRun Open(bool isDurable, Step? flow = null, Action<FlowRuntimeOptions>? configure = null)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.Journal = isDurable ? _journal : null;
            options.KeepEndedRuns = 100;
            configure?.Invoke(options);
        });
        test.Runtime.Steps.Add(flow ?? Claim);
        return test;
    }

    private static FlowRun<string> Ended(VirtualRun test, Flow<int, string> flow, int input, int answer)
    {
        var run = test.Start(flow, input);
        test.Settle();
        Answer(test, $"{run.Id}/claim/amount", answer);
        Assert.Equal(RunStatus.Completed, run.Status);
        return run;
    }

    private static void Answer(VirtualRun test, string request, int answer)
    {
        var given = test.Runtime.Requests.AnswerAsync(request, answer);
        test.Settle();
        Assert.True(given.IsCompletedSuccessfully);
    }

    private static async Task<FlowRun<TOut>> ForkAsync<TOut>(VirtualRun test, RunId id, int at, Action<RunEdit>? edit = null)
    {
        var fork = await test.Runtime.ForkAsync<TOut>(id, at, edit);
        test.Settle();
        return fork;
    }

    private List<RunStartedEntry> Decoded(RunId id) => [.. Restart.Stored(_journal, id).Select(EntryDecoder.Decode).OfType<RunStartedEntry>()];

    private static List<string> Texts(FlowRun run) => [.. run.Entries.Select(entry => $"{entry}")];

    private static int Number(FlowRun run, Func<JournalEntry, bool> isIt) => run.Entries.First(isIt).Sequence;

    private Step<TIn, TOut> Did<TIn, TOut>(string name, Func<TIn, TOut> body, EffectClass effect = EffectClass.Idempotent) =>
        Step.Create<TIn, TOut>(name, (x, step) => Note(step, body(x)), options => options.Effect(effect));

    private T Note<T>(StepContext step, T value)
    {
        _executed.Add(step.IdempotencyKey);
        return value;
    }
}
