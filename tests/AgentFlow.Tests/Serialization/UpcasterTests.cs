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
    public async Task A_type_that_differs_in_the_middle_ends_the_run_with_path_types_and_cure(string place, string recorded)
    {
        var flow = Mixed<OldMoney>(place, 1);
        var first = Open(flow);
        var run = first.Start(flow, 1, new() { Id = "r" });
        first.Settle();
        if (place == "ask") await first.Runtime.Requests.AnswerAsync("r/mixed/inner/ask", new OldMoney(900));
        first.Settle();
        var second = Open(Mixed<Money>(place, 2));
        await second.Runtime.RecoverAsync();
        second.Time.Advance(TimeSpan.FromHours(1));
        second.Settle();
        var diverged = Assert.IsType<FlowNondeterminismException>((await second.Runtime.GetRunAsync(run.Id))!.Error!.InnerException);
        Assert.Equal(($"mixed/inner/{place}", recorded, "Money"), ($"{diverged.Path}", diverged.Recorded, diverged.Requested));
        Assert.Contains("FlowRuntimeOptions.Upcasters.Add<Money>(\"OldMoney\"", diverged.Message, StringComparison.Ordinal);
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

    /// <summary>Takes and yields a number; in the middle there is one value of the type.</summary>
    private static Flow<int, int> Mixed<T>(string place, int version)
    {
        var inner = Flow.FromCode<int, int>("inner", async (x, ctx) =>
        {
            if (place == "count") await ctx.RunAsync(Step.Create<int, T>("count", (_, _) => default(T)!), x);
            if (place == "decide") await ctx.DecideAsync("decide", () => default(T)!);
            if (place == "ask") await ctx.AskAsync("ask", new Question<T>("how much?"));
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            return x;
        });
        var start = Flow.Start<int>("mixed").Then(inner);
        return (version == 1 ? start : start.Version(version, resumes: 1)).Build();
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
