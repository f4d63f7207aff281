using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>A replay that takes another path is refused before it executes what the recorded run never intended.</summary>
public class DivergenceTests
{
    private readonly VirtualRun _test = new();
    private readonly List<string> _executed = [];

    [Fact]
    public void A_fresh_effect_in_front_of_a_recorded_one_is_not_executed()
    {
        var live = Finish(Flow.FromCode<int, int>("flow", async (x, ctx) => await ctx.RunAsync(Body("two"), await ctx.RunAsync(Body("one"), x))));
        var divergence = Refused(live, Flow.FromCode<int, int>("flow", async (x, ctx) => await ctx.RunAsync(Body("two"), await ctx.RunAsync(Body("new"), await ctx.RunAsync(Body("one"), x)))));
        Assert.Equal(
            ("flow/new", "EffectCompleted at 'flow/two', which has not been asked for again", "step new: int → int, which is not recorded"),
            ($"{divergence.Path}", divergence.Recorded, divergence.Requested));
    }

    [Fact]
    public void A_fresh_effect_deep_inside_is_measured_by_what_comes_after_it_outside()
    {
        var live = Finish(Flow.FromCode<int, int>("flow", async (x, ctx) => await ctx.RunAsync(Body("last"), await ctx.RunAsync(Inner("one"), x))));
        var divergence = Refused(live, Flow.FromCode<int, int>("flow", async (x, ctx) => await ctx.RunAsync(Body("last"), await ctx.RunAsync(Inner("one", "new"), x))));
        Assert.Equal("flow/inner/new", $"{divergence.Path}");
    }

    [Fact]
    public void A_fresh_question_is_not_asked()
    {
        var live = Finish(Flow.FromCode<int, int>("flow", (x, ctx) => ctx.RunAsync(Body("two"), x)));
        Refused(live, Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved ? await ctx.RunAsync(Body("two"), x) : 0));
        Assert.Empty(_test.Runtime.Requests.Open);
    }

    /// <summary>What a human has approved was not meant to be preceded by anything new.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fresh_effect_in_front_of_a_recorded_question_is_not_executed(bool isAnswered)
    {
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved ? x : 0);
        var live = _test.Start(flow, 1);
        _test.Settle();
        Assert.True(_test.Runtime.Requests.ApproveAsync(_test.Runtime.Requests.Open.Single().Id).IsCompletedSuccessfully);
        _test.Finish(live);
        var resolved = live.Entries.ToList().FindIndex(entry => entry is RequestResolvedEntry);
        var resumed = _test.Runtime.Resume(
            Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", await ctx.RunAsync(Body("new"), x))).IsApproved ? x : 0),
            [.. live.Entries.Take(isAnswered ? resolved + 1 : resolved)]);
        _test.Finish(resumed);
        Assert.IsType<FlowNondeterminismException>(resumed.Failure().InnerException);
        Assert.Empty(_executed);
        var silent = _test.Runtime.Resume(Flow.FromCode<int, int>("flow", (x, _) => new(x)), [.. live.Entries.Take(resolved + 1)]);
        _test.Finish(silent);
        Assert.Equal("flow/boss", $"{Assert.IsType<FlowNondeterminismException>(silent.Failure().InnerException).Path}");
    }

    [Fact]
    public void Swallowing_the_refusal_does_not_help()
    {
        var live = Finish(Flow.FromCode<int, int>("flow", (x, ctx) => ctx.RunAsync(Body("two"), x)));
        Refused(live, Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            foreach (var name in new[] { "new", "newer" })
            {
                try
                {
                    await ctx.RunAsync(Body(name), x);
                }
                catch (FlowNondeterminismException)
                {
                    // The run must end with it all the same.
                }
            }

            return x;
        }));
    }

    /// <summary>Branches are recorded in any order: what one of them has recorded says nothing about another.</summary>
    [Fact]
    public void Branches_are_sequences_of_their_own()
    {
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            var both = await ctx.AllAsync<int>(
                async scope => await scope.RunAsync(_test.Delay<int>("a2", 50), await scope.RunAsync(_test.Delay<int>("a1", 10), x)),
                async scope => await scope.RunAsync(_test.Delay<int>("b2", 5), await scope.RunAsync(_test.Delay<int>("b1", 20), x)));
            var each = await ctx.ForEachAsync([30, 10, 20], maxParallel: 3, async (item, scope) => await scope.RunAsync(Body("second"), await scope.RunAsync(_test.Delay<int>("first", item), item)));
            return both.Sum() + each.Sum();
        });
        ContinueFromEverywhere(flow);
    }

    [Fact]
    public void What_was_abandoned_is_no_sign_of_another_path()
    {
        var failing = Step.Create<int, int>("failing", int (_, _) => throw new IOException("no"));
        var twice = Flow.FromCode<int, int>("twice", async (x, ctx) => await ctx.RunAsync(failing, await ctx.RunAsync(Body("first"), x)));
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            var race = await ctx.AnyAsync<int>(
                async scope => await scope.RunAsync(_test.Delay<int>("slow", 50), await scope.RunAsync(_test.Delay<int>("quick", 1), x)),
                scope => scope.RunAsync(_test.Delay<int>("winner", 10), x));
            var after = await ctx.RunAsync(Body("after"), race.Value);
            var saved = await ctx.RunAsync(((Step<int, int>)twice).Configure(o => o.Retry(1, TimeSpan.Zero).Fallback(Body("substitute"))), after);
            return await ctx.RunAsync(Body("last"), saved);
        });
        ContinueFromEverywhere(flow);
    }

    private void ContinueFromEverywhere(Flow<int, int> flow)
    {
        var live = Finish(flow);
        for (var length = 1; length <= live.Entries.Count; length++)
        {
            var resumed = _test.Runtime.Resume(flow, [.. live.Entries.Take(length)]);
            _test.Finish(resumed);
            Assert.Equal(live.Value(), resumed.Value());
        }
    }

    private FlowNondeterminismException Refused(FlowRun<int> live, Flow<int, int> changed)
    {
        _executed.Clear();
        var resumed = _test.Runtime.Resume(changed, [.. live.Entries.SkipLast(1)]);
        _test.Finish(resumed);
        Assert.Empty(_executed);
        return Assert.IsType<FlowNondeterminismException>(resumed.Failure().InnerException);
    }

    private FlowRun<int> Finish(Flow<int, int> flow)
    {
        var run = _test.Start(flow, 1);
        _test.Finish(run);
        run.Value();
        return run;
    }

    private Flow<int, int> Inner(params string[] names) => Flow.FromCode<int, int>("inner", async (x, ctx) =>
    {
        foreach (var name in names) x = await ctx.RunAsync(Body(name), x);
        return x;
    });

    private Step<int, int> Body(string name) => Step.Create<int, int>(name, (x, _) =>
    {
        lock (_executed) _executed.Add(name);
        return x + 1;
    });
}
