using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Serialization;

/// <summary>Values whose type has got another name and shape since they were recorded.</summary>
public class UpcasterTests
{
    private readonly InProcessJournal _journal = new();
    private int _executed;

    private sealed record OldMoney(int Cents);

    private sealed record Money(int Units, string Currency);

    [Fact]
    public async Task Inputs_results_decisions_answers_and_outcomes_are_read_as_what_they_are_today()
    {
        var run = Record();
        var second = Open(FlowOf<Money>(2), options => options.Upcasters.Add<Money>(nameof(OldMoney), Upcast));
        Assert.Empty((await second.Runtime.RecoverAsync()).Held);
        second.Time.Advance(TimeSpan.FromHours(1));
        second.Settle();
        var recovered = (await second.Runtime.GetRunAsync<Money>(run.Id))!;
        Assert.Equal(new Money(9, "EUR"), recovered.Value());
        Assert.Equal(1, _executed);
    }

    [Fact]
    public async Task The_result_of_an_ended_run_is_read_as_what_it_is_today()
    {
        var run = Record(isEnded: true);
        var second = Open(FlowOf<Money>(2), options => options.Upcasters.Add<Money>(nameof(OldMoney), Upcast));
        Assert.Equal(new Money(9, "EUR"), (await second.Runtime.GetRunAsync<Money>(run.Id))!.Value());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_an_upcaster_a_run_is_held_and_it_is_said_what_is_missing(bool isEnded)
    {
        var run = Record(isEnded);
        var second = Open(FlowOf<Money>(2));
        var held = await Assert.ThrowsAsync<RunHeldException>(async () => await second.Runtime.GetRunAsync(run.Id));
        Assert.Contains("'money': recorded the input of type OldMoney, now Money", held.Message, StringComparison.Ordinal);
        Assert.Contains("Upcasters.Add<Money>(\"OldMoney\"", held.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("count", "step count yielding a result of type OldMoney")]
    [InlineData("decide", "the decision Value of type OldMoney")]
    [InlineData("ask", "an answer of type OldMoney")]
    [InlineData("signal", "the signal 'paid' of type OldMoney")]
    [InlineData("beside", "step count yielding a result of type OldMoney")]
    [InlineData("each", "step count yielding a result of type OldMoney")]
    [InlineData("quorum", "step count yielding a result of type OldMoney")]
    public async Task A_type_that_differs_in_the_middle_holds_the_run_until_there_is_an_upcaster(string place, string recorded)
    {
        var id = await RecordMixedAsync(place);
        var second = Open(Mixed<Money>(place, 2));
        Assert.Single((await second.Runtime.RecoverAsync()).Suspended);
        second.Time.Advance(TimeSpan.FromHours(1));
        second.Settle();
        var run = (FlowRun<int>)(await second.Runtime.GetRunAsync(id))!;
        second.Settle();
        Assert.Equal((RunStatus.Suspended, false), (run.Status, run.IsTerminal));
        Assert.Contains($"recorded {recorded}, now Money. Say how to make the one from the other, FlowRuntimeOptions.Upcasters.Add<Money>(\"OldMoney\"", run.StatusReason, StringComparison.Ordinal);
        Assert.Equal(run.StatusReason, (await Assert.ThrowsAsync<RunHeldException>(() => run.Result)).Run.Reason);

        // Recovered again without it, it is held again, as often as you like; and it goes on in the next process that has it.
        for (var i = 0; i < 10; i++)
        {
            Assert.Single((await second.Runtime.RecoverAsync()).Resumed);
            second.Settle();
        }

        Assert.Equal(RunStatus.Suspended, (await second.Runtime.GetRunAsync(id))!.Status);
        var third = Open(Mixed<Money>(place, 2), options => options.Upcasters.Add<Money>(nameof(OldMoney), _ => new Money(1, "EUR")));
        Assert.Single((await third.Runtime.RecoverAsync()).Resumed);
        third.Settle();
        foreach (var request in await third.Runtime.Requests.ListAsync()) await third.Runtime.Requests.AnswerAsync(request.Request.Id, "yes");
        third.Settle();
        third.Time.Advance(TimeSpan.FromHours(3));
        third.Settle();
        Assert.Equal(1, ((FlowRun<int>)(await third.Runtime.GetRunAsync(id))!).Value());
        Assert.Equal(place is "count" or "beside" or "each" or "quorum" ? 1 : 0, _executed);
    }

    [Fact]
    public async Task A_held_run_goes_on_in_its_process_and_takes_signals_and_cancellation_meanwhile()
    {
        var id = await RecordMixedAsync("count");
        var second = Open(Mixed<Money>("count", 2));
        await second.Runtime.RecoverAsync();
        second.Time.Advance(TimeSpan.FromHours(1));
        second.Settle();
        Assert.True(await second.Runtime.SignalAsync(id, "early"));
        Assert.Equal(RunStatus.Suspended, (await second.Runtime.GetRunAsync(id))!.Status);
        second.Runtime.Options.Upcasters.Add<Money>(nameof(OldMoney), _ => new Money(1, "EUR"));
        Assert.Single((await second.Runtime.RecoverAsync()).Resumed);
        second.Settle();
        Assert.Equal(1, ((FlowRun<int>)(await second.Runtime.GetRunAsync(id))!).Value());
        Assert.Equal(1, (await second.Runtime.ReadEntriesAsync(id)).Count(entry => entry is SignalReceivedEntry));
    }

    [Fact]
    public async Task A_held_run_can_be_cancelled()
    {
        var id = await RecordMixedAsync("count");
        var second = Open(Mixed<Money>("count", 2));
        await second.Runtime.RecoverAsync();
        second.Time.Advance(TimeSpan.FromHours(1));
        second.Settle();
        var cancelled = (await second.Runtime.GetRunAsync(id))!.CancelAsync("given up");
        second.Settle();
        await cancelled;
        Assert.Equal(JournalEntryKind.RunCancelled, Restart.Stored(_journal, id)[^1].Kind);
        Assert.Empty((await Open(Mixed<Money>("count", 2)).Runtime.RecoverAsync()).Resumed);
    }

    [Fact]
    public async Task A_signal_of_the_old_type_is_read_as_what_it_is_today_also_when_it_is_sent_today()
    {
        var flow = Flow.FromCode<int, Money>("f", async (_, ctx) => await ctx.WaitForAsync<Money>("paid"));
        var test = Open(flow, options => options.Upcasters.Add<Money>(nameof(OldMoney), Upcast));
        var run = test.Start(flow, 1, new() { Id = "s" });
        test.Settle();
        await test.Runtime.SignalAsync(run.Id, "paid", new OldMoney(300));
        test.Settle();
        Assert.Equal(new Money(3, "EUR"), run.Value());
        await Assert.ThrowsAsync<SignalMismatchException>(async () =>
        {
            var other = test.Start(flow, 1, new() { Id = "t" });
            test.Settle();
            await test.Runtime.SignalAsync(other.Id, "paid", 7);
        });
    }

    [Fact]
    public async Task An_upcaster_that_throws_and_a_shape_that_does_not_fit_are_told_apart()
    {
        var run = Record();
        var failing = Open(FlowOf<Money>(2), options => options.Upcasters.Add<Money>(nameof(OldMoney), _ => throw new FormatException("no cents")));
        Assert.Contains("The upcaster from OldMoney failed with FormatException", (await Assert.ThrowsAsync<RunHeldException>(async () => await failing.Runtime.GetRunAsync(run.Id))).Message, StringComparison.Ordinal);

        var unreadable = Assert.Throws<FlowNondeterminismException>(() => RecordedValue.Read<int>(failing.Runtime, run.Entries[0].Path, "the input", JsonSerializer.SerializeToElement("x"), "int"));
        Assert.IsType<JsonException>(unreadable.InnerException);
        Assert.Contains("got another shape under its name", unreadable.Message, StringComparison.Ordinal);
        Assert.Equal(5, RecordedValue.Read<int>(failing.Runtime, run.Entries[0].Path, "the input", JsonSerializer.SerializeToElement(5), null));
    }

    [Fact]
    public async Task A_fork_takes_an_edited_value_of_the_type_of_today()
    {
        var run = Record(isEnded: true);
        var second = Open(FlowOf<Money>(2), options => options.Upcasters.Add<Money>(nameof(OldMoney), Upcast));
        var fork = await second.Runtime.ForkAsync<Money>(run.Id, 3, edit => edit.Result("money/inner/count", new Money(1, "USD")).Decision("money/inner/decide", new Money(2, "USD")));
        second.Settle();
        await second.Runtime.Requests.AnswerAsync($"{fork.Id}/money/inner/amount", new Money(3, "USD"));
        second.Settle();
        second.Time.Advance(TimeSpan.FromHours(1));
        second.Settle();
        Assert.Equal(new Money(3, "USD"), fork.Value());
    }

    [Fact]
    public void Two_upcasters_for_the_same_types_are_refused()
    {
        var upcasters = new UpcasterRegistry();
        upcasters.Add<Money>(nameof(OldMoney), Upcast);
        upcasters.Add<int>(nameof(OldMoney), _ => 1);
        Assert.Throws<DuplicateRegistrationException>(() => upcasters.Add<Money>(nameof(OldMoney), Upcast));
    }

    private static Money Upcast(JsonElement old) => new(old.GetProperty("cents").GetInt32() / 100, "EUR");

    /// <summary>A run of the old version: it waits in the end, or has ended.</summary>
    private FlowRun<OldMoney> Record(bool isEnded = false)
    {
        var flow = FlowOf<OldMoney>(1);
        var test = Open(flow);
        var run = test.Start(flow, new OldMoney(500), new() { Id = "r" });
        test.Settle();
        var given = test.Runtime.Requests.AnswerAsync("r/money/inner/amount", new OldMoney(900));
        test.Settle();
        Assert.True(given.IsCompletedSuccessfully);
        if (isEnded) test.Time.Advance(TimeSpan.FromHours(1));
        test.Settle();
        Assert.Equal(isEnded ? RunStatus.Completed : RunStatus.Suspended, run.Status);
        return run;
    }

    private Flow<T, T> FlowOf<T>(int version)
    {
        var inner = Flow.FromCode<T, T>("inner", async (x, ctx) =>
        {
            var counted = await ctx.RunAsync(Step.Create<T, T>("count", (y, _) =>
            {
                _executed++;
                return y;
            }), x);
            await ctx.DecideAsync("decide", () => counted);
            var answer = await ctx.AskAsync("amount", new Question<T>("how much?"));
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            return answer;
        });
        var start = Flow.Start<T>("money").Then(inner);
        return (version == 1 ? start : start.Version(version, resumes: 1)).Build();
    }

    /// <summary>A run of the old version that waits behind the value.</summary>
    private async Task<RunId> RecordMixedAsync(string place)
    {
        var flow = Mixed<OldMoney>(place, 1);
        var first = Open(flow);
        var run = first.Start(flow, 1, new() { Id = "r" });
        first.Settle();
        if (place == "ask") await first.Runtime.Requests.AnswerAsync("r/mixed/inner/ask", new OldMoney(900));
        if (place == "signal") await first.Runtime.SignalAsync(run.Id, "paid", new OldMoney(900));
        first.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
        return run.Id;
    }

    /// <summary>Takes and yields a number; in the middle there is one value of the type.</summary>
    private Flow<int, int> Mixed<T>(string place, int version)
    {
        var inner = Flow.FromCode<int, int>("inner", async (x, ctx) =>
        {
            if (place == "count") await ctx.RunAsync(Counted(), x);
            if (place == "decide") await ctx.DecideAsync("decide", () => default(T)!);
            if (place == "ask") await ctx.AskAsync("ask", new Question<T>("how much?"));
            if (place == "signal") await ctx.WaitForAsync<T>("paid");
            if (place == "beside") await ctx.AllAsync(async branch => await branch.RunAsync(Counted(), x), async branch => await branch.AskAsync("ask", new Question<string>("go?")));
            if (place == "each") await ctx.ForEachAsync([1, 2], 2, async (y, branch) => y == 1 ? $"{await branch.RunAsync(Counted(), x)}" : await branch.AskAsync("ask", new Question<string>("go?")));
            if (place == "quorum") await ctx.RunAsync(Flow.Start<int>("quorum").Quorum(2, Text("a", true), Text("b", false), Text("c", false)).Build(), x);
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            return x;
        });
        var start = Flow.Start<int>("mixed").Then(inner);
        return (version == 1 ? start : start.Version(version, resumes: 1)).Build();

        Flow<int, string> Text(string name, bool counts) => Flow.FromCode<int, string>(
            name, async (x, ctx) => counts ? $"{await ctx.RunAsync(Counted(), x)}" : await ctx.AskAsync("ask", new Question<string>("go?")));

        Step<int, T> Counted() => Step.Create<int, T>("count", (_, _) =>
        {
            _executed++;
            return default(T)!;
        });
    }

    private VirtualRun Open(Step flow, Action<FlowRuntimeOptions>? configure = null)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.Journal = _journal;
            configure?.Invoke(options);
        });
        test.Runtime.Steps.Add(flow);
        return test;
    }
}
