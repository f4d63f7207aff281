using AgentFlow.Journaling;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

/// <summary>Options on a flow as a step of another one.</summary>
public class FlowOptionsTests
{
    private readonly Recorder _recorder = new();
    private int _failures;

    private Flow<int, int> Flaky(int failures)
    {
        _failures = failures;
        return Flow.Start<int>("inner")
            .Then(_recorder.Step<int, int>("first", x => x + 1))
            .Then(_recorder.Step<int, int>("second", x => _failures-- > 0 ? throw new InvalidOperationException("not yet") : x * 2))
            .Build();
    }

    [Fact]
    public async Task Each_attempt_is_a_scope_of_its_own_and_a_decision()
    {
        var flow = Flow.Start<int>("outer").Then(Flaky(2), o => o.Retry(2, TimeSpan.Zero)).Build();
        var run = await Recorder.RunAsync(flow, 3);
        Assert.Equal(8, await run);
        Assert.Equal(
            ["outer/inner/first", "outer/inner/second", "outer/inner~2/first", "outer/inner~2/second", "outer/inner~3/first", "outer/inner~3/second"],
            _recorder.Executed);
        Assert.Equal(
            [("outer/inner", "System.InvalidOperationException: not yet"), ("outer/inner~2", "System.InvalidOperationException: not yet")],
            run.Entries.OfType<DecisionMadeEntry>().Select(entry => (entry.Path.ToString(), (string)entry.Value!)));
    }

    [Fact]
    public async Task A_replay_skips_the_attempts_that_were_given_up()
    {
        var flow = Flow.Start<int>("outer").Then(Flaky(1), o => o.Retry(2, TimeSpan.Zero)).Build();
        var entries = (await Recorder.RunAsync(flow, 3)).Entries;
        for (var length = 1; length < entries.Count; length++)
        {
            _recorder.Forget();
            var prefix = entries.Take(length).ToList();
            _failures = prefix.Any(entry => entry is DecisionMadeEntry or EffectFailedEntry) ? 0 : 1;
            var replayed = new FlowRuntime().Resume(flow, prefix);
            Assert.Equal(8, await replayed);
            Assert.Empty(_recorder.Executed.Intersect(prefix.Where(entry => entry is EffectCompletedEntry or EffectFailedEntry).Select(entry => entry.Path.ToString())));
            if (prefix.Any(entry => entry is DecisionMadeEntry)) Assert.DoesNotContain(_recorder.Executed, path => path.StartsWith("outer/inner/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_last_failure_is_the_flows_own()
    {
        var run = await Recorder.RunAsync(Flow.Start<int>("outer").Then(Flaky(3), o => o.Retry(2, TimeSpan.Zero)).Build(), 3);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await run);
        Assert.Equal("outer/inner~3/second", failure.Path.ToString());
    }

    [Fact]
    public void Attempts_wait_longer_each_time()
    {
        _failures = 3;
        var run = new VirtualRun();
        var started = run.Start(Flow.Start<int>("outer").Then(Flaky(3), o => o.Retry(3, TimeSpan.FromSeconds(1))).Build(), 3);
        Assert.Equal(TimeSpan.FromSeconds(1 + 2 + 4), run.Finish(started));
        Assert.Equal(RunStatus.Completed, started.Status);
    }

    [Fact]
    public void A_time_limit_holds_for_each_attempt()
    {
        var run = new VirtualRun();
        var attempts = 0;
        var slow = Step.Create<int, int>("slow", async Task<int> (x, ctx) =>
        {
            await run.Time.DelayInPlaceAsync(TimeSpan.FromSeconds(++attempts == 1 ? 60 : 3), ctx.CancellationToken);
            return x;
        });
        var inner = Flow.Start<int>("inner").Then(slow).Build();
        var started = run.Start(Flow.Start<int>("outer").Then(inner, o => o.Retry(1, TimeSpan.Zero).Timeout(TimeSpan.FromSeconds(10))).Build(), 3);
        Assert.Equal(TimeSpan.FromSeconds(13), run.Finish(started));
        Assert.Equal(RunStatus.Completed, started.Status);
        Assert.Contains(started.Entries, entry => entry.Path.ToString() == "outer/inner~2/slow");
    }

    [Fact]
    public async Task What_flow_code_throws_is_retried_too()
    {
        var failures = 1;
        var inner = Flow.Start<int>("inner").Map(x => failures-- > 0 ? throw new InvalidOperationException("no") : x).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal(4, await runtime.RunAsync(Flow.Start<int>("outer").Then(inner, o => o.Retry(1, TimeSpan.Zero)).Build(), 4));
    }

    [Fact]
    public void Attempts_of_a_branch_that_a_join_has_abandoned_need_not_be_asked_for_again()
    {
        var run = new VirtualRun();
        var slow = Flow.Start<int>("slow").Then(run.Delay<int>("wait", 10)).Build();
        var flow = Flow.Start<int>("outer").Then(Retried("inner"), o => o.Retry(1, TimeSpan.Zero).Fallback(EveryVerb.Number("spare"))).Quorum(1, slow, (Flow<int, int>)Retried("raced").Configure(o => o.Retry(1, TimeSpan.Zero))).Build();
        var started = run.Start(flow, 1);
        run.Finish(started);
        var replayed = new VirtualRun();
        var again = replayed.Runtime.Resume(flow, [.. started.Entries.SkipLast(1)]);
        replayed.Finish(again);
        Assert.Equal((RunStatus.Completed, RunStatus.Completed), (started.Status, again.Status));
        Assert.Contains(started.Entries, entry => entry.Path.ToString() == "outer/raced~2/fails");

        static Flow<int, int> Retried(string name) => Flow.Start<int>(name).Then("fails", int (int _, StepContext _) => throw new InvalidOperationException("no")).Build();
    }

    [Fact]
    public async Task A_fallback_takes_over_when_the_flow_has_failed_for_good()
    {
        var spare = _recorder.Step<int, int>("spare", x => -x);
        var flow = Flow.Start<int>("outer").Then(Flaky(9), o => o.Fallback(spare)).Then(_recorder.Step<int, int>("after", x => x)).Build();
        var run = await _recorder.RunAndReplayAsync(flow, 3);
        Assert.Equal(-3, await run);
        Assert.Contains(run.Entries, entry => entry.Path.ToString() == "outer/inner/(fallback)/spare");
    }

    [Fact]
    public async Task A_cached_flow_is_not_run_again_and_a_replay_does_not_look_at_the_cache()
    {
        var inner = Flow.Start<int>("inner").Then(_recorder.Step<int, int>("work", x => x * 2)).Then(_recorder.Step<int, int>("more", x => x + 1)).Build();
        var flow = Flow.Start<int>("outer").Then(inner, o => o.Cache(x => $"{x}", TimeSpan.FromHours(1))).Build();
        var runtime = new FlowRuntime();
        var first = await Recorder.RunAsync(flow, 3, runtime);
        var second = await Recorder.RunAsync(flow, 3, runtime);
        Assert.Equal((7, 7), (await first, await second));
        Assert.Equal(["outer/inner/more", "outer/inner/work"], _recorder.Executed);

        var replayed = runtime.Resume(flow, [.. first.Entries.Take(3)]);
        Assert.Equal(7, await replayed);
        Assert.Equal(["outer/inner/more", "outer/inner/more", "outer/inner/work"], _recorder.Executed);
    }

    [Fact]
    public async Task Options_go_through_a_fallback_to_the_step()
    {
        var failures = 2;
        var step = Step.Create<int, int>("step", (x, _) => failures-- > 0 ? throw new InvalidOperationException("no") : x, o => o.Fallback(EveryVerb.Number("spare")));
        var run = await Recorder.RunAsync(Flow.Start<int>("outer").Then(step, o => o.Retry(2, TimeSpan.Zero)).Build(), 3);
        Assert.Equal(3, await run);
        Assert.DoesNotContain(run.Entries, entry => entry.Path.ToString().Contains("fallback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_given_twice_add_up()
    {
        var failures = 1;
        var step = Step.Create<int, int>("step", (x, _) => failures-- > 0 ? throw new InvalidOperationException("no") : x, o => o.Retry(1, TimeSpan.Zero));
        var flow = Flow.Start<int>("outer").Then(step, o => o.CircuitBreaker()).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal(3, await runtime.RunAsync(flow, 3));
        Assert.Equal("circuit-breaker; retry=1", flow.Describe().Nodes[1].Settings);
    }

    [Fact]
    public async Task A_source_marks_what_the_flow_yields()
    {
        Label? seen = null;
        var look = Flow.FromCode<int, int>("look", (x, ctx) =>
        {
            seen = ctx.Label;
            return new(x);
        });
        var mail = Flow.Start<int>("mail").Build();
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Flow.Start<int>("outer").Then(mail, o => o.Source(Label.Untrusted("mail"))).Then(look).Build(), 1);
        Assert.Equal(Integrity.Untrusted, seen!.Integrity);
    }
}
