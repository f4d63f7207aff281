using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>One call may be in flight per context, and a context ends with its flow.</summary>
public class ContextRulesTests
{
    private readonly VirtualRun _test = new();
    private readonly Step<int, int> _slow;
    private readonly Step<int, int> _quick = Step.Create<int, int>("quick", (x, _) => x + 1);
    private CancellationToken _tokenOfSlow;

    public ContextRulesTests() => _slow = Step.Create<int, int>("slow", async Task<int> (x, ctx) =>
    {
        _tokenOfSlow = ctx.CancellationToken;
        await _test.Time.DelayInPlaceAsync(TimeSpan.FromSeconds(1), ctx.CancellationToken);
        return x;
    });

    [Fact]
    public void A_second_call_in_flight_is_refused()
    {
        var failure = Finish(async (x, ctx) =>
        {
            var first = ctx.RunAsync(_slow, x);
            return await ctx.RunAsync(_quick, x) + await first;
        }).Failure();
        Assert.IsType<FlowContextMisuseException>(failure.InnerException);
        Assert.Contains("a second call was made while one is in flight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_structured_verbs_count_as_calls()
    {
        AssertMisuse(async (x, ctx) =>
        {
            var first = ctx.AllAsync<int>(c => c.RunAsync(_slow, x));
            return await ctx.RunAsync(_quick, x) + (await first)[0];
        });
        AssertMisuse(async (x, ctx) =>
        {
            var first = ctx.DelayAsync(TimeSpan.FromSeconds(1));
            await ctx.ApproveAsync("boss", x);
            await first;
            return x;
        });
        AssertMisuse(async (x, ctx) =>
        {
            var first = ctx.ForEachAsync([1], 1, (i, c) => c.RunAsync(_slow, i));
            await ctx.AnyAsync<int>(c => c.RunAsync(_quick, x));
            return (await first)[0];
        });
    }

    /// <summary>A branch has a context of its own; its parent's is taken for as long as the branches run.</summary>
    [Fact]
    public void A_branch_must_use_the_context_that_it_gets() =>
        AssertMisuse(async (x, ctx) => (await ctx.AllAsync<int>(_ => ctx.RunAsync(_quick, x)))[0]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flow_that_returns_with_a_call_in_flight_fails_and_cancels_what_it_left(bool isAsynchronous)
    {
        var run = Finish(async (x, ctx) =>
        {
            if (isAsynchronous) await ctx.DelayAsync(TimeSpan.FromMilliseconds(1));
            _ = ctx.RunAsync(_slow, x);
            return x;
        });
        Assert.IsType<FlowContextMisuseException>(run.Failure().InnerException);
        Assert.Equal("root", run.Failure().Path.ToString());
        _test.Settle();
        Assert.True(_tokenOfSlow.IsCancellationRequested);
    }

    /// <summary>The shape that returns without an asynchronous state machine in between.</summary>
    [Fact]
    public async Task A_flow_that_returns_at_once_with_a_call_in_flight_fails_its_caller_too()
    {
        var flow = Flow.FromCode<int, int>("root", (x, ctx) =>
        {
            _ = ctx.RunAsync(_slow, x);
            return new ValueTask<int>(x);
        });
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await _test.Runtime.RunAsync(flow, 1));
        Assert.IsType<FlowContextMisuseException>(failure.InnerException);
        Assert.Equal(0, _test.Runtime.ActiveRuns);
    }

    [Fact]
    public void A_nested_flow_that_leaves_a_call_in_flight_fails_at_its_own_path()
    {
        var nested = Flow.FromCode<int, int>("nested", (x, ctx) =>
        {
            _ = ctx.RunAsync(_slow, x);
            return new ValueTask<int>(x);
        });
        Assert.Equal("root/nested", Finish((x, ctx) => ctx.RunAsync(nested, x)).Failure().Path.ToString());
    }

    [Fact]
    public void A_context_is_dead_when_its_flow_has_returned()
    {
        FlowContext? kept = null;
        Finish((x, ctx) =>
        {
            kept = ctx;
            return ctx.RunAsync(_quick, x);
        }).Value();
        Assert.Throws<FlowContextMisuseException>(() => kept!.RunAsync(_quick, 1).IsCompleted);
    }

    [Fact]
    public void Two_different_steps_of_one_name_in_a_scope_are_refused_with_the_cure()
    {
        var other = Step.Create<int, int>("quick", (x, _) => x + 2);
        var failure = Finish(async (x, ctx) => await ctx.RunAsync(other, await ctx.RunAsync(_quick, x))).Failure();
        Assert.IsType<FlowDefinitionException>(failure.InnerException);
        Assert.Contains("step.As(", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, Finish(async (x, ctx) => await ctx.RunAsync(other.As("other"), await ctx.RunAsync(_quick, x))).Value());
    }

    [Fact]
    public void Uses_of_a_name_are_numbered_in_their_scope()
    {
        var run = Finish(async (x, ctx) =>
        {
            for (var i = 0; i < 3; i++) x = await ctx.RunAsync(_quick, x);
            return (await ctx.AllAsync<int>(c => c.RunAsync(_quick, x), c => c.RunAsync(_quick, x)))[0];
        });
        Assert.Equal(["root/quick", "root/quick#2", "root/quick#3", "root/all/0/quick", "root/all/1/quick"], run.Entries.Skip(1).SkipLast(1).Select(entry => entry.Path.ToString()).Distinct());
    }

    private void AssertMisuse(Func<int, FlowContext, ValueTask<int>> code) =>
        Assert.IsType<FlowContextMisuseException>(Finish(code).Failure().InnerException);

    private FlowRun<int> Finish(Func<int, FlowContext, ValueTask<int>> code)
    {
        var run = _test.Start(Flow.FromCode("root", code), 1);
        _test.Finish(run);
        return run;
    }
}
