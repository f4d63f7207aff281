using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>Every member of a context that a replay relies on keeps the same rule: not beside a call in flight, not after the flow.</summary>
public class ContextMembersTests
{
    private readonly VirtualRun _test = new();

    public static TheoryData<string, Action<FlowContext>> Members => new()
    {
        { "now", ctx => ctx.GetUtcNow() },
        { "id", ctx => ctx.NewGuid() },
        { "random", ctx => _ = ctx.Random },
        { "relabel", ctx => ctx.Relabel(Label.None, "checked") },
        { "decide", ctx => ctx.DecideAsync("choice", () => 1).GetAwaiter().GetResult() },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_beside_a_call_in_flight_is_refused(string name, Action<FlowContext> use)
    {
        var run = Finish(async (x, ctx) =>
        {
            var wait = ctx.DelayAsync(TimeSpan.FromSeconds(1));
            use(ctx);
            await wait;
            return x;
        });
        Assert.IsType<FlowContextMisuseException>(run.Failure().InnerException);
        Assert.DoesNotContain(run.Entries, entry => entry is DecisionMadeEntry);
        Assert.NotEmpty(name);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_after_the_flow_is_refused(string name, Action<FlowContext> use)
    {
        FlowContext? kept = null;
        Finish((x, ctx) => new((kept = ctx) is null ? 0 : x)).Value();
        Assert.Contains("after its flow had returned", Assert.Throws<FlowContextMisuseException>(() => use(kept!)).Message, StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_can_be_used_between_calls(string name, Action<FlowContext> use)
    {
        Assert.Equal(1, Finish(async (x, ctx) =>
        {
            use(ctx);
            await ctx.DelayAsync(TimeSpan.FromSeconds(1));
            use(ctx);
            return x;
        }).Value());
        Assert.NotEmpty(name);
    }

    [Fact]
    public void Branches_that_are_null_are_named()
    {
        Func<FlowContext, ValueTask<int>> branch = _ => new(1), none = null!;
        foreach (var (code, text) in new (Func<FlowContext, ValueTask<int>>, string)[]
        {
            (async ctx => (await ctx.AllAsync(none, branch)).First, "first"),
            (async ctx => (await ctx.AllAsync(branch, none)).First, "second"),
            (async ctx => (await ctx.AllAsync(branch, branch, none)).First, "third"),
            (async ctx => (await ctx.AllAsync([branch, none])).Count, "Branch 1 is null."),
            (async ctx => (await ctx.AnyAsync([none])).Value, "Branch 0 is null."),
            (async ctx => (await ctx.AnyAsync<int>([])).Value, "Give it at least one."),
            (async ctx => (await ctx.ForEachAsync<int, int>(null!, 1, (_, _) => new(1))).Count, "items"),
        })
        {
            var failure = Finish((_, ctx) => code(ctx)).Failure();
            Assert.IsAssignableFrom<ArgumentException>(failure.InnerException);
            Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        }
    }

    public static TheoryData<TimeSpan> NoDelays => [TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.FromTicks(-1)];

    [Theory]
    [MemberData(nameof(NoDelays))]
    public void A_wait_that_is_too_long_or_negative_is_refused(TimeSpan delay) =>
        Assert.IsType<ArgumentOutOfRangeException>(Finish(async (x, ctx) =>
        {
            await ctx.DelayAsync(delay);
            return x;
        }).Failure().InnerException);

    private FlowRun<int> Finish(Func<int, FlowContext, ValueTask<int>> code)
    {
        var run = _test.Start(Flow.FromCode("root", code), 1);
        _test.Finish(run);
        return run;
    }
}
