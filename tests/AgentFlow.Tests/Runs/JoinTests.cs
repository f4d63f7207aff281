using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>What the structured verbs of code-first flows promise, live and on replay.</summary>
public class JoinTests
{
    private readonly VirtualRun _test = new();
    private readonly List<string> _started = [];
    private readonly List<string> _cancelled = [];

    [Fact]
    public void All_yields_its_results_in_the_order_of_the_branches()
    {
        var run = Finish((_, ctx) => ctx.AllAsync<string>(c => Wait(c, 30, "a"), c => Wait(c, 10, "b"), c => Wait(c, 20, "c")));
        Assert.Equal(["a", "b", "c"], run.Value());
        Assert.Equal(TimeSpan.FromMilliseconds(30), _test.Time.Elapsed);
    }

    [Fact]
    public void Joins_of_nothing_end_at_once()
    {
        Assert.Empty(Finish((_, ctx) => ctx.AllAsync<string>()).Value());
        Assert.Empty(Finish((_, ctx) => ctx.ForEachAsync(Array.Empty<string>(), 3, (item, c) => Wait(c, 1, item))).Value());
    }

    [Fact]
    public void Branches_of_different_types_yield_a_tuple()
    {
        var run = Finish(async (_, ctx) =>
        {
            var (number, text) = await ctx.AllAsync(c => new ValueTask<int>(7), c => Wait(c, 1, "x"));
            var (one, two, three) = await ctx.AllAsync(c => new ValueTask<int>(1), c => new ValueTask<bool>(true), c => Wait(c, 1, "y"));
            return $"{number}{text}{one}{two}{three}";
        });
        Assert.Equal("7x1Truey", run.Value());
    }

    [Fact]
    public void The_first_failure_ends_All_and_cancels_the_others()
    {
        var run = Finish((_, ctx) => ctx.AllAsync<string>(c => Hang(c, "a"), c => Fail(c, 10, "b"), c => Hang(c, "c")));
        Assert.Equal("root/all/1/b", run.Failure().Path.ToString());
        Assert.Equal(["root/all/0/a", "root/all/2/c"], _cancelled.Order());
        Assert.Equal(TimeSpan.FromMilliseconds(10), _test.Time.Elapsed);
        var decision = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal((DecisionKind.Join, "root/all"), (decision.Decision, decision.Path.ToString()));
        Assert.Equal([1], (int[])decision.Value!);
    }

    [Fact]
    public void A_branch_that_had_not_started_when_the_join_was_decided_is_never_started()
    {
        var run = Finish((_, ctx) => ctx.AllAsync<string>(c => Fail(c, 0, "a"), c => Wait(c, 0, "b"), c => Wait(c, 0, "c")));
        run.Failure();
        Assert.Equal(["root/all/0/a"], _started);
    }

    [Fact]
    public void The_first_success_wins_a_race_and_the_others_are_abandoned()
    {
        var run = Finish((_, ctx) => ctx.AnyAsync<string>(c => Hang(c, "a"), c => Fail(c, 5, "b"), c => Wait(c, 10, "c"), c => Wait(c, 20, "d")));
        Assert.Equal(new Winner<string>(2, "c"), run.Value());
        Assert.Equal(["root/any/0/a", "root/any/3/d"], _cancelled.Order());
    }

    [Fact]
    public void A_race_that_nobody_wins_tells_all_reasons()
    {
        var failure = Finish((_, ctx) => ctx.AnyAsync<string>(c => Fail(c, 1, "a"), c => Fail(c, 2, "b"))).Failure();
        Assert.Equal(("QuorumMissed", "root/any"), (failure.ErrorType, failure.Path.ToString()));
        Assert.Contains("root/any/0: a fails", failure.Message, StringComparison.Ordinal);
        Assert.Contains("root/any/1: b fails", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForEach_keeps_the_order_and_takes_no_more_items_than_it_may()
    {
        var taken = 0;
        var ended = 0;
        var run = Finish((_, ctx) => ctx.ForEachAsync(Source(), 3, async (i, c) =>
        {
            Assert.True(taken - ended <= 3);
            await c.DelayAsync(TimeSpan.FromMilliseconds(20 - i));
            ended++;
            return i;
        }));
        Assert.Equal(Enumerable.Range(0, 20), run.Value());

        IEnumerable<int> Source()
        {
            for (var i = 0; i < 20; i++)
            {
                taken++;
                yield return i;
            }
        }
    }

    [Fact]
    public void A_failing_item_ends_ForEach_and_cancels_the_items_in_flight()
    {
        var run = Finish((_, ctx) => ctx.ForEachAsync(Enumerable.Range(0, 100), 3, (i, c) => i == 1 ? Fail(c, 5, $"item{i}") : Hang(c, $"item{i}")));
        Assert.Equal("root/each/1/item1", run.Failure().Path.ToString());
        Assert.Equal(["root/each/0/item0", "root/each/2/item2"], _cancelled.Order());
        Assert.Equal(3, _started.Count);
    }

    /// <summary>The source fails while items before it still run; on replay they are there at once, and it must not matter.</summary>
    [Fact]
    public void A_source_that_throws_fails_the_verb_like_an_item_in_its_place()
    {
        Flow<int, string> flow = Flow.FromCode<int, string>("root", async (_, ctx) =>
        {
            try
            {
                await ctx.ForEachAsync(Source(), 5, (i, c) => i == 0 ? Fail(c, 50, "late") : Wait(c, 10, $"item{i}"));
                return "none";
            }
            catch (Exception exception)
            {
                return await Wait(ctx, 100, exception.Message);
            }
        });
        var run = _test.Start(flow, 0);
        _test.Finish(run);
        Assert.Equal("the source is broken", run.Value());
        for (var length = 1; length <= run.Entries.Count; length++)
        {
            var resumed = _test.Runtime.Resume(flow, [.. run.Entries.Take(length)]);
            _test.Finish(resumed);
            Assert.Equal("the source is broken", resumed.Value());
        }

        static IEnumerable<int> Source()
        {
            yield return 0;
            yield return 1;
            throw new IOException("the source is broken");
        }
    }

    [Fact]
    public void A_source_that_fails_to_end_fails_the_verb()
    {
        var run = Finish((_, ctx) => ctx.ForEachAsync(new BadlyEnding(), 2, (i, c) => Wait(c, 1, $"item{i}")));
        Assert.Equal("System.IO.IOException", run.Failure().ErrorType);
    }

    [Fact]
    public void A_recorded_failure_that_does_not_happen_again_is_no_result()
    {
        AssertDivergence(fails => (_, ctx) => Discard(ctx.AllAsync<int>(_ => new(1), _ => fails() ? throw new IOException() : new(2), _ => new(3))));
        AssertDivergence(fails => (_, ctx) => Discard(ctx.ForEachAsync(Enumerable.Range(0, 3), 2, (i, _) => i == 1 && fails() ? throw new IOException() : new ValueTask<int>(i))));
    }

    [Fact]
    public void A_recorded_winner_that_fails_on_replay_is_no_result()
    {
        var fails = false;
        var flow = Flow.FromCode<int, int>("root", async (_, ctx) => (await ctx.AnyAsync<int>(_ => fails ? throw new IOException() : new(1), _ => new(2))).Value);
        var run = _test.Start(flow, 0);
        _test.Finish(run);
        fails = true;
        var resumed = _test.Runtime.Resume(flow, [.. run.Entries.Take(2)]);
        _test.Finish(resumed);
        Assert.IsType<FlowNondeterminismException>(resumed.Failure().InnerException);
    }

    [Fact]
    public void Blocking_cancellation_callbacks_that_throw_do_not_reach_the_join()
    {
        var run = Finish((_, ctx) => ctx.AllAsync<string>(
            c => c.RunAsync(Step.Create<int, string>("thrower", async Task<string> (_, context) =>
            {
                context.CancellationToken.Register(() => throw new InvalidOperationException("the callback throws"));
                await new UntilCancelled(context.CancellationToken).Task;
                return "";
            }), 0),
            c => Fail(c, 5, "b")));
        Assert.Equal("System.IO.IOException", run.Failure().ErrorType);
    }

    private static async ValueTask<int> Discard<T>(ValueTask<T> work)
    {
        await work;
        return 0;
    }

    private void AssertDivergence(Func<Func<bool>, Func<int, FlowContext, ValueTask<int>>> code)
    {
        var fails = true;
        var flow = Flow.FromCode("root", code(() => fails));
        var run = _test.Start(flow, 0);
        _test.Finish(run);
        run.Failure();
        fails = false;
        var decision = run.Entries.OfType<DecisionMadeEntry>().Single();
        var resumed = _test.Runtime.Resume(flow, [.. run.Entries.Take(decision.Sequence)]);
        _test.Finish(resumed);
        Assert.IsType<FlowNondeterminismException>(resumed.Failure().InnerException);
    }

    private FlowRun<T> Finish<T>(Func<int, FlowContext, ValueTask<T>> code)
    {
        var run = _test.Start(Flow.FromCode("root", code), 0);
        _test.Finish(run);
        return run;
    }

    private ValueTask<string> Wait(FlowContext ctx, int milliseconds, string name) => ctx.RunAsync(Body(name, milliseconds, () => name), 0);

    private ValueTask<string> Fail(FlowContext ctx, int milliseconds, string name) => ctx.RunAsync(Body(name, milliseconds, () => throw new IOException($"{name} fails")), 0);

    private ValueTask<string> Hang(FlowContext ctx, string name) => ctx.RunAsync(Body(name, int.MaxValue, () => name), 0);

    private Step<int, string> Body(string name, int milliseconds, Func<string> result) => Step.Create<int, string>(name.Replace(' ', '-'), async Task<string> (_, ctx) =>
    {
        _started.Add(ctx.Path.ToString());
        try
        {
            if (milliseconds > 0) await _test.Time.DelayInPlaceAsync(TimeSpan.FromMilliseconds(milliseconds), ctx.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.Add(ctx.Path.ToString());
            throw;
        }

        return result();
    });

    private sealed class BadlyEnding : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator()
        {
            try
            {
                yield return 1;
                yield return 2;
            }
            finally
            {
                Throw();
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        private static void Throw() => throw new IOException("the source does not end");
    }
}
