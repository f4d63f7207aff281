using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>What a journal is not to keep is refused before anything is written.</summary>
public class LimitTests
{
    private static readonly string Large = new('x', 2000);
    private readonly InProcessJournal _journal = new();
    private int _executed;

    private VirtualRun Runs(Action<FlowRuntimeOptions>? configure = null) => new(configure: options =>
    {
        options.Journal = _journal;
        options.MaxPayloadBytes = 1024;
        configure?.Invoke(options);
    });

    private Step<int, int> Work => field ??= Step.Create<int, int>("work", (x, _) => x + ++_executed);

    public static TheoryData<string, string> Endless => new()
    {
        { "effect", "flow/work#16" }, { "decision", "flow/decide#16" }, { "clock", "flow/now#16" }, { "delay", "flow/delay#5" }, { "question", "flow/ask#16" }, { "signal", "flow/go#5" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void A_run_that_goes_on_for_ever_fails_before_it_starts_what_would_be_too_much(string what, string place)
    {
        var test = Runs(options => (options.MaxEntries, options.Approver) = (16, what == "question" ? null : new Yes()));
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            // Without the limit it would go on for ever, on the thread of the test.
            for (var turn = 0; turn < 1_000; turn++)
            {
                switch (what)
                {
                    case "effect": await ctx.RunAsync(Work, x); break;
                    case "decision": await ctx.DecideAsync("decide", () => 1); break;
                    case "clock": ctx.GetUtcNow(); break;
                    case "signal": await GiveUpAsync(ctx); break;
                    case "delay": await ctx.DelayAsync(TimeSpan.FromHours(1)); break;
                    default: await ctx.AllAsync<int>([.. Enumerable.Range(0, 100).Select(i => (Func<FlowContext, ValueTask<int>>)(c => c.AskAsync("ask", new Question<int>("?"))))]); break;
                }
            }

            throw new InvalidOperationException("the limit has not stopped it");
        });
        var run = test.Start(flow, 1);
        if (what is "delay" or "signal") test.Finish(run);
        else test.Settle();
        var error = Assert.IsType<HistoryLimitException>(run.Failure().InnerException);
        if (what != "question") Assert.Equal(place, $"{error.Path}");
        Assert.Equal((run.Id, 16), (error.RunId, error.Limit));
        Assert.Contains("FlowRuntimeOptions.MaxEntries", error.Message, StringComparison.Ordinal);
        Assert.Contains("ContinueAsNew", error.Message, StringComparison.Ordinal);
        if (what == "effect") Assert.Equal((15, 17), (_executed, Restart.Stored(_journal, run.Id).Count));
        Assert.Equal(JournalEntryKind.RunFailed, Restart.Stored(_journal, run.Id)[^1].Kind);
    }

    private static async ValueTask GiveUpAsync(FlowContext ctx)
    {
        try
        {
            await ctx.WaitForAsync("go", TimeSpan.FromHours(1));
        }
        catch (SignalTimeoutException)
        {
            // Nobody sends it.
        }
    }

    [Fact]
    public void A_run_in_memory_is_not_bound()
    {
        var test = Runs(options => (options.Journal, options.MaxEntries) = (null, 16));
        var run = test.Start(Flow.Start<int>("flow").Loop("again", Work, x => x > 100, 200).Build(), 1);
        test.Settle();
        Assert.True(run.Value() > 100);
    }

    [Fact]
    public void A_stored_run_that_has_all_its_entries_still_ends()
    {
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            for (var i = 0; i < 20; i++) x = await ctx.RunAsync(Work, x);
            return x;
        });
        var stored = Restart.Record(flow, 0);
        _executed = 0;
        var restarted = Restart.From<int>(stored.SkipLast(1), options => options.MaxEntries = 16, flow);
        Assert.Equal((210, 0), (restarted.Run!.Value(), _executed));
    }

    /// <summary>The value of every kind of entry; where flow code asks for it, the run fails there with the cause.</summary>
    [Theory]
    [InlineData("decision", "flow/decide")]
    [InlineData("question", "flow/ask")]
    [InlineData("approval", "flow/approve")]
    [InlineData("result", "flow")]
    [InlineData("effect", "flow/large")]
    public void A_value_that_is_too_large_fails_where_it_was_to_be_recorded(string what, string place)
    {
        var test = Runs();
        var run = test.Start(Flow.FromCode<int, string>("flow", async (_, ctx) => what switch
        {
            "decision" => await ctx.DecideAsync("decide", () => Large),
            "question" => await ctx.AskAsync("ask", new Question<string>("?") { Context = Large }),
            "approval" => (await ctx.ApproveAsync("approve", Large)).By!,
            "effect" => await ctx.RunAsync(Step.Create<int, string>("large", (_, _) => Large), 1),
            _ => Large,
        }), 1);
        test.Settle();
        Assert.Contains(nameof(PayloadException), run.Failure().ErrorType, StringComparison.Ordinal);
        Assert.Contains($"'{place}'", run.Failure().Message, StringComparison.Ordinal);
        Assert.Contains("FlowRuntimeOptions.MaxPayloadBytes allows 1024", run.Failure().Message, StringComparison.Ordinal);
        Assert.Empty(test.Runtime.Requests.Open);
        Assert.All(Restart.Stored(_journal, run.Id), entry => Assert.True(entry.Body.Length <= 1024));
    }

    /// <summary>A value that a restart could not read would take the run with it.</summary>
    [Theory]
    [InlineData("interface")]
    [InlineData("list of an interface")]
    [InlineData("no constructor")]
    [InlineData("no number")]
    public void A_value_that_could_not_be_read_back_fails_where_it_was_to_be_recorded(string what)
    {
        var test = Runs();
        var run = test.Start(Flow.FromCode<int, bool>("flow", async (x, ctx) => what switch
        {
            "interface" => await ctx.RunAsync(Step.Create<int, IComparable>("odd", (_, _) => x), x) is int,
            "list of an interface" => (await ctx.RunAsync(Step.Create<int, List<IFormattable>>("odd", (_, _) => [x]), x)).Count == 1,
            "no constructor" => await ctx.RunAsync(Step.Create<int, Sealed>("odd", (_, _) => Sealed.Create(x)), x) is not null,
            _ => double.IsNaN(await ctx.RunAsync(Step.Create<int, double>("odd", (_, _) => double.NaN), x)),
        }), 1);
        test.Settle();
        Assert.Equal("flow/odd", run.Failure().Path.ToString());
        Assert.Contains("'flow/odd': the value cannot be serialized: ", run.Failure().Message, StringComparison.Ordinal);
        Assert.Equal(JournalEntryKind.EffectFailed, run.Entries[^2].Kind);
    }

    [Fact]
    public async Task A_run_with_too_large_an_input_is_not_accepted()
    {
        var test = Runs();
        var error = await Assert.ThrowsAsync<PayloadException>(async () => await test.Runtime.StartAsync(Flow.Start<string>("flow").Map(x => x).Build(), Large));
        Assert.Equal("flow", $"{error.Path}");
        Assert.Equal((0, 0), (test.Runtime.ActiveRuns, _journal.Appends));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_too_large_leaves_the_request_open(bool isUnloaded)
    {
        var test = Runs(options => options.SuspendLinger = isUnloaded ? TimeSpan.Zero : TimeSpan.FromDays(1));
        var run = test.Start(Flow.FromCode<int, string>("flow", (_, ctx) => ctx.AskAsync("ask", new Question<string>("?"))), 1);
        test.Settle();
        var id = test.Runtime.Requests.Open.Single().Id;
        await Assert.ThrowsAsync<PayloadException>(async () => await test.Runtime.Requests.AnswerAsync(id, Large));
        Assert.Equal(id, test.Runtime.Requests.Open.Single().Id);
        await test.Runtime.Requests.AnswerAsync(id, "short");
        test.Settle();
        Assert.Equal("short", run.Value());
    }

    /// <summary>A failure is recorded whatever it has to say: with as many of its words as are kept of any.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signal_that_is_too_large_is_refused_and_leaves_no_trace(bool isAwaited)
    {
        var test = Runs();
        var flow = Flow.FromCode<int, string>("flow", async (_, ctx) =>
        {
            if (!isAwaited) await ctx.AskAsync("ask", new Question<int>("?"));
            return await ctx.WaitForAsync<string>("go");
        });
        var run = test.Start(flow, 1);
        test.Settle();
        var before = Restart.Stored(_journal, run.Id).Count;
        var error = await Assert.ThrowsAsync<PayloadException>(async () => await test.Runtime.SignalAsync(run.Id, "go", Large, new() { Key = "k" }));
        Assert.Contains("FlowRuntimeOptions.MaxPayloadBytes", error.Message, StringComparison.Ordinal);
        test.Settle();
        Assert.Equal((before, RunStatus.Suspended), (Restart.Stored(_journal, run.Id).Count, run.Status));
        if (!isAwaited) await test.Runtime.Requests.AnswerAsync($"{run.Id}/flow/ask", 1);
        Assert.True(await test.Runtime.SignalAsync(run.Id, "go", "small", new() { Key = "k" }));
        test.Settle();
        Assert.Equal("small", run.Value());
    }

    [Fact]
    public async Task Words_that_are_too_many_are_cut()
    {
        var words = new string('w', 100_000);
        var test = Runs(options => options.MaxPayloadBytes = 64 * 1024);
        var failed = test.Start(Flow.Start<int>("flow").Then("fails", Task<int> (int _, StepContext _) => throw new InvalidOperationException(words)).Build(), 1);
        test.Settle();
        Assert.StartsWith("wwww", failed.Failure().InnerException!.Message, StringComparison.Ordinal);
        var entry = failed.Entries.OfType<EffectFailedEntry>().Single();
        Assert.Equal((16_384, " …"), (entry.Message.Length, entry.Message[^2..]));
        var waiting = test.Start(Flow.FromCode<int, string>("wait", (_, ctx) => ctx.AskAsync("ask", new Question<string>("?"))), 1);
        test.Settle();
        var cancelled = waiting.CancelAsync(words);
        test.Settle();
        await cancelled;
        Assert.Equal((RunStatus.Cancelled, JournalEntryKind.RunCancelled), (waiting.Status, Restart.Stored(_journal, waiting.Id)[^1].Kind));
    }

    private sealed class Yes : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) => new(ApprovalDecision.Approve());
    }

    private sealed class Sealed
    {
        private Sealed(int number) => Number = number;

        public int Number { get; }

        public static Sealed Create(int number) => new(number);
    }
}
