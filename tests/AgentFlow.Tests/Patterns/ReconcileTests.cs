using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Patterns;

public class ReconcileTests
{
    private sealed record Invoice(string Number, decimal Amount, string Note = "");

    private readonly Recorder _recorder = new();

    private Step<string, Invoice> Reader(string name, string number, decimal amount, string note = "") => _recorder.Step<string, Invoice>(name, _ => new Invoice(number, amount, note));

    private Step<string, Invoice> Broken(string name) => _recorder.Step<string, Invoice>(name, _ => throw new IOException("blurred"));

    private static FlowBuilder<IReadOnlyList<int>, IReadOnlyList<int>> Numbers => Flow.Start<IReadOnlyList<int>>("f");

    private static async Task<Reconciled<int>> OfAsync(Action<ReconcileRules<int>>? rules, params int[] numbers) =>
        await new FlowRuntime().RunAsync(Numbers.Reconcile("r", rules).Build(), numbers);

    private static async Task<TException> FailureAsync<TException>(ValueTask<Reconciled<Invoice>> run) =>
        Assert.IsAssignableFrom<TException>((await Assert.ThrowsAsync<FlowRunFailedException>(async () => await run)).InnerException);

    [Fact]
    public async Task Three_readers_agree_field_by_field()
    {
        // As in the README.
        var flow = Flow.Start<string>("invoices")
            .Reconcile("invoice", [Reader("a", "R-1", 10), Reader("b", "R-1", 12), Reader("c", "R-7", 12)], r => r
                .Field(x => x.Number, (x, number) => x with { Number = number })
                .Field(x => x.Amount, (x, amount) => x with { Amount = amount }))
            .Build();
        var run = await Recorder.RunAsync(flow, "scan");
        var result = await run;
        Assert.Equal(new Invoice("R-1", 12), result.Value);
        Assert.Equal("Number: 2 of 3 agree; Amount: 2 of 3 agree", result.Reason);
        Assert.Equal([("a", "Amount: not what prevailed, 2 of 3 agree"), ("c", "Number: not what prevailed, 2 of 3 agree")], result.Losers.Select(loser => (loser.From, loser.Reason)));
        Assert.Equal([new("Number", 2, 3, false), new("Amount", 2, 3, false)], result.Fields);
        var decision = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal(("invoices/invoice/(tally)", result.Reason), ($"{decision.Path}", decision.Reason));
        Assert.Equal(["invoices/invoice/a", "invoices/invoice/b", "invoices/invoice/c"], _recorder.Executed);
    }

    [Theory]
    [InlineData(new[] { 1, 2, 2 }, 2, "2 of 3 agree")]
    [InlineData(new[] { 5 }, 5, "1 of 1 agree")]
    [InlineData(new[] { 3, 3, 3, 3 }, 3, "4 of 4 agree")]
    public async Task A_majority_prevails(int[] numbers, int value, string reason)
    {
        var result = await OfAsync(null, numbers);
        Assert.Equal((value, reason), (result.Value, result.Reason));
        Assert.Equal(numbers.Where(number => number != value), result.Losers.Select(loser => loser.Value));
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, "a tie at 1 of 2")]
    [InlineData(new[] { 1, 1, 2, 2 }, "a tie at 2 of 4")]
    [InlineData(new[] { 1, 1, 2, 3 }, "2 of 4 agree, and more than 0.5 of the weight is demanded")]
    public async Task Without_a_majority_it_is_a_dispute(int[] numbers, string reason)
    {
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => OfAsync(null, numbers));
        var error = Assert.IsType<DisagreementException>(failure.InnerException);
        Assert.Equal(("f/r", reason), ($"{error.Path}", error.Reason));
    }

    [Fact]
    public async Task Ties_are_decided_by_the_rule_that_says_so()
    {
        var result = await OfAsync(r => r.TieToFirst(), 1, 2, 2, 1);
        Assert.Equal((1, "a tie at 2 of 4, and the first prevails"), (result.Value, result.Reason));
        Assert.Equal(["2", "3"], result.Losers.Select(loser => loser.From));
    }

    [Fact]
    public async Task Weights_of_participants_and_results_decide()
    {
        Assert.Equal(9, (await OfAsync(r => r.Weigh(x => x), 1, 2, 9)).Value);
        Assert.Equal(1, (await OfAsync(r => r.Weigh("1", 5), 1, 2, 2)).Value);
        Assert.Equal(1, (await OfAsync(r => r.MoreThan(0).Weigh("1", 1.5), 1, 2, 3)).Value);
        var weightless = await Assert.ThrowsAsync<FlowRunFailedException>(() => OfAsync(r => r.Weigh(_ => 0), 1, 1));
        Assert.Contains("no result has any weight", weightless.Message, StringComparison.Ordinal);
        foreach (var weight in new[] { double.NaN, -1, double.PositiveInfinity })
        {
            var wrong = await Assert.ThrowsAsync<FlowRunFailedException>(() => OfAsync(r => r.Weigh(_ => weight), 1, 1));
            Assert.IsType<FlowCodeException>(wrong.InnerException);
        }
    }

    [Fact]
    public async Task What_is_the_same_can_be_said()
    {
        var flow = Flow.Start<string>("f").Reconcile("r", [Reader("a", "R-1", 1, "x"), Reader("b", "r-1", 1, "y"), Reader("c", "R-9", 1)], r => r.SameWhen(x => x.Number.ToUpperInvariant())).Build();
        var result = await new FlowRuntime().RunAsync(flow, "");
        Assert.Equal(("x", "c"), (result.Value.Note, result.Losers.Single().From));
    }

    [Fact]
    public async Task Those_that_fail_have_no_voice_and_are_counted()
    {
        var flow = Flow.Start<string>("f").Reconcile("r", [Reader("a", "R", 1), Broken("b"), Reader("c", "R", 1)]).Build();
        var result = await new FlowRuntime().RunAsync(flow, "");
        Assert.Equal("2 of 2 agree", result.Reason);
        Assert.Equal(new FailedParticipant("b", "System.IO.IOException", "blurred"), Assert.Single(result.Failures));
        var few = await FailureAsync<TooFewResultsException>(new FlowRuntime().RunAsync(Flow.Start<string>("f").Reconcile("r", [Reader("a", "R", 1), Broken("b"), Broken("c")]).Build(), ""));
        Assert.Equal((2, 1, 2), (few.Needed, few.Results, few.Failures.Count));
        var none = await FailureAsync<TooFewResultsException>(new FlowRuntime().RunAsync(Flow.Start<string>("f").Reconcile("r", [Broken("a"), Broken("b")], r => r.AtLeast(1)).Build(), ""));
        Assert.Equal((1, 0), (none.Needed, none.Results));
        Assert.Contains("a: System.IO.IOException: blurred", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_and_none_at_all_are_too_few()
    {
        foreach (var numbers in new IReadOnlyList<int>?[] { [], null })
        {
            var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Numbers.Reconcile("r").Build(), numbers!));
            Assert.Equal(1, Assert.IsType<TooFewResultsException>(failure.InnerException).Needed);
        }
    }

    [Fact]
    public async Task Outcomes_of_a_Collect_are_reconciled()
    {
        var flow = Flow.Start<string>("f").Collect([Reader("a", "R", 1), Broken("b"), Reader("c", "R", 1)]).Reconcile("r").Map(x => $"{x.Value.Number} {x.Failures.Single().From}").Build();
        Assert.Equal("R 2", await new FlowRuntime().RunAsync(flow, ""));
    }

    [Fact]
    public async Task A_judge_rules_on_the_disputed_fields_only()
    {
        using var model = new ScriptedChatClient().Reply(new Ruling(3, "it is printed below"));
        var judge = Agent.Create<Dispute<Invoice>, Ruling>("expert").Model(model).Build();
        var flow = Flow.Start<string>("f").Reconcile("r", [Reader("a", "R-1", 10), Reader("b", "R-1", 11), Reader("c", "R-7", 12)], r => r
            .Field(x => x.Number, (x, number) => x with { Number = number })
            .Field(x => x.Amount, (x, amount) => x with { Amount = amount }).Judge(judge)).Build();
        var run = await Recorder.RunAsync(flow, "");
        var result = await run;
        Assert.Equal(new Invoice("R-1", 12), result.Value);
        Assert.EndsWith("'expert' says c: it is printed below", result.Reason, StringComparison.Ordinal);
        Assert.Equal([new("Number", 2, 3, false), new("Amount", 1, 3, true)], result.Fields);
        Assert.Equal(["a", "b", "c"], result.Losers.Select(loser => loser.From));
        Assert.Equal("'expert' says c: it is printed below", run.Entries.OfType<DecisionMadeEntry>().Single(entry => entry.Path.Name == "(ruling)").Reason);
        Assert.Contains("\"Amount\"", model.Calls[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(null)]
    public async Task A_judge_that_answers_nonsense_leaves_the_dispute_open(int? candidate)
    {
        var judge = Step.Create<Dispute<int>, Ruling>("judge", (_, _) => candidate is { } number ? new Ruling(number, "because") : null!);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => OfAsync(r => r.Judge(judge), 1, 2, 3));
        Assert.Contains("'judge' named no candidate", Assert.IsType<DisagreementException>(failure.InnerException).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_human_decides_what_nobody_else_does()
    {
        var test = new VirtualRun();
        var judge = Step.Create<Dispute<int>, Ruling>("judge", (_, _) => new Ruling(99, ""));
        var run = test.Start(Numbers.Reconcile("r", r => r.Judge(judge).Ask("Which one?", role: "clerk")).Build(), [1, 2, 3]);
        test.Settle();
        var request = Assert.Single(test.Runtime.Requests.Open);
        Assert.Equal(("f/r/decide", "Which one?", "clerk", 3), ($"{request.Path}", request.Prompt, request.Role, ((Dispute<int>)request.Value!).Candidates.Count));
        test.Runtime.Requests.ResolveAsync(request.Id, ApprovalDecision.Answer(3, People.WithRole("ada", "clerk"))).AsTask();
        test.Finish(run);
        var result = (Reconciled<int>)((RunStatusEntry)run.Entries[^1]).Value!;
        Assert.Equal((3, 2), (result.Value, result.Losers.Count));
        Assert.EndsWith("a human decided", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_agent_may_vote_several_times()
    {
        var times = 0;
        var voter = _recorder.Step<string, int>("voter", _ => Interlocked.Increment(ref times) == 1 ? 1 : 2);
        var result = await new FlowRuntime().RunAsync(Flow.Start<string>("f").Reconcile("r", [voter, voter, voter]).Build(), "");
        Assert.Equal(2, result.Value);
        Assert.Equal(["f/r/voter", "f/r/voter#2", "f/r/voter#3"], _recorder.Executed);
    }

    [Fact]
    public async Task A_replay_compares_nothing()
    {
        var compared = 0;
        var flow = Numbers.Reconcile("r", r => r.SameWhen(x => { compared++; return x; })).Build();
        var run = await Recorder.RunAsync(flow, [1, 2, 2]);
        Assert.Equal(2, (await run).Value);
        var before = compared;
        Assert.Equal(2, (await new FlowRuntime().Resume(flow, [.. run.Entries.SkipLast(1)])).Value);
        Assert.Equal((before, true), (compared, before > 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_comes_to_the_same_end_from_every_prefix(int spread)
    {
        EveryPrefixTests.Hold("reconcile", (_, did) =>
        {
            Step<int, Invoice> Read(string name, int number) => Step.Create<int, Invoice>(name, (x, ctx) => did.Note(ctx.Path, x == 3 && number == 2 ? throw new IOException("no") : new Invoice($"R{number % x}", number % 2)));
            return Flow.Start<int>("f").Reconcile("r", [Read("a", 0), Read("b", 1), Read("c", 2), Read("d", 3)], r => r
                .Field(x => x.Number, (x, number) => x with { Number = number }).Field(x => x.Amount, (x, amount) => x with { Amount = amount })
                .Judge(Step.Create<Dispute<Invoice>, Ruling>("judge", (x, ctx) => did.Note(ctx.Path, new Ruling(x.Fields.Count == 2 ? 9 : 1, "so"))))
                .Ask(x => new Question<Invoice>("Which?") { Context = x.Candidates[^1].Value })).Map(x => $"{x.Value} {x.Reason} {string.Join(',', x.Losers)} {string.Join(',', x.Fields)} {x.Failures.Count}").Build();
        }, spread);
    }

    [Fact]
    public void A_cancelled_run_stops_the_participants()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("f").Reconcile("r", [test.Delay<int>("a", 1000), test.Delay<int>("b", 2000)]).Build(), 1);
        test.Settle();
        _ = run.CancelAsync();
        test.Finish(run);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.DoesNotContain(run.Entries, entry => entry is DecisionMadeEntry);
    }

    [Fact]
    public void Defects_are_found_when_it_is_built()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<string>("f")
            .Then(Reader("start", "", 0)).Map(_ => "")
            .Reconcile("alone", [Reader("a", "", 0)]).Map(_ => "")
            .Reconcile("nobody", Array.Empty<Step<string, int>>()).Map(_ => "")
            .Reconcile("many", [Reader("a", "", 0), Reader("b", "", 0)], r => r.AtLeast(3).Weigh("z", 2)).Map(_ => "")
            .Reconcile("twins", [Reader("a", "", 0), Step.Create<string, Invoice>("a", (_, _) => new Invoice("", 0))]).Map(_ => "")
            .Reconcile("fields", [Reader("a", "", 0), Reader("b", "", 0)], r => r.Field(x => x.Note, (x, _) => x).Field(x => x.Note, (x, _) => x)).Build());
        Assert.Equal(["f/alone", "f/nobody", "f/many", "f/many", "f/twins/a", "f/fields"], error.Defects.Select(defect => defect.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers.Reconcile("r", r => r.MoreThan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers.Reconcile("r", r => r.Weigh("1", -1)));
    }

    [Fact]
    public void It_is_drawn()
    {
        var judge = Step.Create<Dispute<Invoice>, Ruling>("expert", (_, _) => new Ruling(1, ""));
        var flow = Flow.Start<string>("f").Reconcile("invoice", [Reader("a", "", 0), Reader("b", "", 0)], r => r.Field(x => x.Number, (x, n) => x with { Number = n }).Judge(judge).Ask("?")).Build();
        Assert.Equal("""
            flowchart TD
                n0(["string"])
                n1["a"]
                n2["b"]
                n3{"invoice<br/>fields=Number<br/>more-than=0.5"}
                n4["expert"]
                n5[\"decide"/]
                n6(["Reconciled#60;Invoice#62;"])
                n0 --> n1
                n0 --> n2
                n1 --> n3
                n2 --> n3
                n3 -->|"dispute"| n4
                n4 --> n5
                n3 --> n6
                n5 --> n6
            """, Drawing.Of(flow));
    }
}
