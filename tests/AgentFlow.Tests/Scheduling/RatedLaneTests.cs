using AgentFlow.Scheduling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Scheduling;

public sealed class RatedLaneTests
{
    [Theory]
    [InlineData(1, 100, null, 5)]
    [InlineData(2, null, 5_000, 50)]
    [InlineData(3, 100, 5_000, 8)]
    [InlineData(4, 7, 700, 3)]
    [InlineData(5, 600, 90_000, 8)]
    [InlineData(6, 1, null, 1)]
    [InlineData(7, 50, 2_000, int.MaxValue)]
    public void No_window_of_a_minute_holds_more_than_the_limits(int seed, int? requests, int? tokens, int concurrency)
    {
        var load = new RatedLoad(seed, requests, tokens, concurrency, global: seed % 2 == 0 ? 4 : null);
        load.Run(effects: requests == 1 ? 30 : 600, size: random => random.Next(1, 200), used: (random, estimate) => random.Next(1, estimate + 1), seconds: random => random.NextDouble() * 20, cancelled: 0.1);

        load.AssertEveryWindow();
        Assert.Equal(0, load.Scheduler.Waiting);
        Assert.Equal(0, load.Lane.Running);
    }

    [Theory]
    [InlineData(11, 100, null)]
    [InlineData(12, null, 5_000)]
    [InlineData(13, 600, 90_000)]
    public void Under_load_95_percent_of_the_limit_are_used(int seed, int? requests, int? tokens)
    {
        var load = new RatedLoad(seed, requests, tokens, concurrency: 100);
        var size = tokens / 20 ?? 1;
        load.Run(effects: (requests ?? 0) * 5 + (tokens ?? 0) / size * 20, size: random => random.Next(1, size), used: (random, estimate) => random.Next(estimate / 2, estimate + 1), seconds: random => random.NextDouble() * 2, cancelled: 0);

        load.AssertEveryWindow();
        load.AssertUsed(0.95);
    }

    [Fact]
    public void What_was_reserved_and_not_used_is_free_for_others()
    {
        var load = new RatedLoad(1, null, 1_000, concurrency: 1);
        load.Run(effects: 100, size: _ => 500, used: (_, _) => 10, seconds: _ => 0.1, cancelled: 0);

        Assert.InRange(load.Starts.Max(start => start.At), TimeSpan.Zero, TimeSpan.FromSeconds(80));
    }

    [Fact]
    public void An_estimate_that_was_too_low_makes_the_next_call_wait()
    {
        var load = new RatedLoad(1, null, 1_000, concurrency: 1);
        load.Run(effects: 2, size: _ => 10, used: (_, _) => 5_000, seconds: _ => 1, cancelled: 0);

        Assert.Equal([0d, 60d], load.Starts.Select(start => start.At.TotalSeconds));
    }

    [Fact]
    public void Runs_take_turns_and_priorities_go_first_while_the_rate_is_used_up()
    {
        var load = new RatedLoad(null, 1, null, concurrency: int.MaxValue);
        var (low, high) = (load.Queue(RunPriority.Low), load.Queue(RunPriority.High));
        load.Submit("first", low);
        for (var i = 0; i < 3; i++) load.Submit("low", low);
        for (var i = 0; i < 2; i++) load.Submit("high", high);
        load.Drive();

        Assert.Equal("first high high low low low", string.Join(' ', load.Starts.Select(start => start.Name)));
        Assert.Equal([0d, 60d, 120d, 180d, 240d, 300d], load.Starts.Select(start => start.At.TotalSeconds));
    }

    [Fact]
    public void A_small_call_does_not_overtake_a_large_one()
    {
        var load = new RatedLoad(null, null, 1_000, concurrency: int.MaxValue);
        var run = load.Queue();
        load.Submit("a", run, tokens: 600);
        load.Submit("large", run, tokens: 900);
        load.Submit("small", run, tokens: 1);
        load.Drive();

        Assert.Equal(["a 0", "large 60", "small 60"], load.Starts.Select(start => $"{start.Name} {start.At.TotalSeconds}"));
    }

    [Fact]
    public void A_waiter_that_leaves_lets_those_behind_it_through()
    {
        var load = new RatedLoad(null, null, 1_000, concurrency: int.MaxValue);
        var run = load.Queue();
        load.Submit("a", run, tokens: 600);
        using var leaving = new CancellationTokenSource();
        load.Submit("large", run, tokens: 900, cancellationToken: leaving.Token);
        load.Submit("small", run, tokens: 1);
        leaving.Cancel();
        load.Drive();

        Assert.Equal(["a 0", "small 0"], load.Starts.Select(start => $"{start.Name} {start.At.TotalSeconds}"));
    }

    [Fact]
    public void What_never_began_took_nothing()
    {
        var load = new RatedLoad(null, 1, null, concurrency: 1);
        var slot = load.Take();
        slot.Release();
        load.Submit("next", load.Queue());
        load.Drive();

        Assert.Equal(TimeSpan.Zero, load.Starts.Single().At);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("1.5", 1.5)]
    [InlineData(" 2 ", 2)]
    [InlineData("Tue, 01 Jan 2030 00:00:09 GMT", 9)]
    [InlineData("99999999999999999999999", 300)]
    [InlineData("-1", 0)]
    [InlineData("soon", 0)]
    public void A_pause_that_the_service_asks_for_is_kept(string header, double seconds)
    {
        var load = new RatedLoad(null, 100, null, concurrency: int.MaxValue);
        var slot = load.Take();
        slot.Observe(new InvalidOperationException("outer", new HttpRequestException("slow down") { Data = { ["Retry-After"] = header } }));
        slot.Release();
        load.Submit("next", load.Queue());
        load.Drive();

        Assert.Equal(TimeSpan.FromSeconds(seconds), load.Starts.Single().At);
    }

    [Fact]
    public void A_status_without_a_date_pauses_a_second_and_a_classifier_that_fails_not_at_all()
    {
        Assert.Equal(RetryAfter.In(TimeSpan.FromSeconds(1)), RetryAfter.Of(new InvalidOperationException("HTTP 429 (rate_limit_exceeded)")));
        Assert.Null(RetryAfter.Of(new InvalidOperationException("HTTP 500")));

        var load = new RatedLoad(null, 100, null, concurrency: 1, retryAfter: _ => throw new InvalidOperationException("a bug"));
        var slot = load.Take();
        slot.Observe(new InvalidOperationException("HTTP 429"));
        slot.Release();
        load.Submit("next", load.Queue());
        load.Drive();
        Assert.Equal(TimeSpan.Zero, load.Starts.Single().At);
    }

    [Theory]
    [InlineData(0, 1, 5)]
    [InlineData(1, 0, 5)]
    [InlineData(1, 1, 0)]
    public void Limits_out_of_range_are_found_when_the_runtime_is_created(int requests, int tokens, int pause)
    {
        var options = new FlowRuntimeOptions();
        options.Scheduler.AddLane("x", o => o.RequestsPerMinute(requests).TokensPerMinute(tokens).HonourRetryAfter(TimeSpan.FromSeconds(pause)));

        Assert.Contains("Lanes[\"x\"]", Assert.Throws<InvalidOptionException>(() => new FlowRuntime(options)).Option);
    }
}
