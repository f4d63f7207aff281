namespace AgentFlow.Testing.Tests.Time;

public sealed class VirtualTimeProviderTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void The_clock_stands_still_until_it_is_advanced()
    {
        var start = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        var time = new VirtualTimeProvider(start);
        var stamp = time.GetTimestamp();

        Assert.Equal(start, time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.GetUtcNow().Offset);
        time.Advance(TimeSpan.FromMilliseconds(1.5));

        Assert.Equal(start.AddMilliseconds(1.5), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromMilliseconds(1.5), time.GetElapsedTime(stamp));
        Assert.Equal(TimeSpan.FromMilliseconds(1.5), time.Elapsed);
        Assert.Equal(TimeZoneInfo.Utc, time.LocalTimeZone);
    }

    [Fact]
    public void Time_does_not_go_back() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));

    [Fact]
    public void Timers_fire_in_the_order_they_are_due_and_ties_in_the_order_of_creation()
    {
        using var c = Timer("c", 3 * s_second);
        using var a = Timer("a", s_second);
        using var b1 = Timer("b1", 2 * s_second);
        using var b2 = Timer("b2", s_second);
        b2.Change(2 * s_second, Timeout.InfiniteTimeSpan);

        _time.Advance(3 * s_second);

        Assert.Equal(["a@1", "b1@2", "b2@2", "c@3"], _fired);
        Assert.Null(_time.NextTimerDue);
    }

    [Fact]
    public void A_timer_is_not_early()
    {
        using var timer = Timer("a", s_second);

        _time.Advance(s_second - TimeSpan.FromTicks(1));
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["a@1"], _fired);
    }

    [Fact]
    public void A_timer_that_is_due_at_once_waits_for_an_advance_of_nothing()
    {
        using var timer = Timer("a", TimeSpan.Zero);

        Assert.Empty(_fired);
        Assert.Equal(_time.GetUtcNow(), _time.NextTimerDue);
        _time.Advance(TimeSpan.Zero);
        Assert.Equal(["a@0"], _fired);
    }

    [Fact]
    public void A_periodic_timer_fires_at_every_period_on_the_way()
    {
        using var timer = Timer("p", s_second, 2 * s_second);
        using var between = Timer("x", 4 * s_second);

        _time.Advance(6 * s_second);

        Assert.Equal(["p@1", "p@3", "x@4", "p@5"], _fired);
        Assert.Equal(_time.Start.AddSeconds(7), _time.NextTimerDue);
        Assert.Equal(1, _time.ArmedTimers);
    }

    [Fact]
    public void A_period_of_zero_means_once()
    {
        using var timer = Timer("a", s_second, TimeSpan.Zero);

        _time.Advance(5 * s_second);

        Assert.Equal(["a@1"], _fired);
    }

    [Fact]
    public void Changing_a_timer_moves_stops_and_restarts_it()
    {
        using var timer = Timer("a", s_second);

        Assert.True(timer.Change(3 * s_second, Timeout.InfiniteTimeSpan));
        _time.Advance(2 * s_second);
        Assert.Empty(_fired);
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, s_second));
        Assert.Null(_time.NextTimerDue);
        _time.Advance(2 * s_second);
        Assert.Empty(_fired);
        timer.Change(s_second, Timeout.InfiniteTimeSpan);
        _time.Advance(s_second);

        Assert.Equal(["a@5"], _fired);
    }

    [Fact]
    public async Task A_disposed_timer_neither_fires_nor_changes()
    {
        var first = Timer("a", s_second, s_second);
        var second = Timer("b", s_second);
        first.Dispose();
        await second.DisposeAsync();

        Assert.False(first.Change(s_second, s_second));
        _time.Advance(3 * s_second);

        Assert.Empty(_fired);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Callbacks_may_create_dispose_and_change_timers()
    {
        using var victim = Timer("victim", 2 * s_second);
        using var moved = Timer("moved", 2 * s_second);
        ITimer? child = null;
        using var actor = _time.CreateTimer(
            _ =>
            {
                victim.Dispose();
                moved.Change(3 * s_second, Timeout.InfiniteTimeSpan);
                child = Timer("child", s_second);
            },
            null,
            s_second,
            Timeout.InfiniteTimeSpan);

        _time.Advance(4 * s_second);
        child!.Dispose();

        Assert.Equal(["child@2", "moved@4"], _fired);
    }

    [Fact]
    public void Advancing_to_the_next_timer_fires_all_that_are_due_then_and_says_when_there_is_none()
    {
        using var a = Timer("a", 90 * s_second);
        using var b = Timer("b", 90 * s_second);
        using var c = Timer("c", 91 * s_second);

        Assert.True(_time.AdvanceToNextTimer());
        Assert.Equal(["a@90", "b@90"], _fired);
        Assert.True(_time.AdvanceToNextTimer());
        Assert.False(_time.AdvanceToNextTimer());
        Assert.Equal(91 * s_second, _time.Elapsed);
    }

    [Fact]
    public void A_failing_callback_reaches_the_caller_and_leaves_the_clock_at_its_instant()
    {
        using var bad = _time.CreateTimer(static _ => throw new InvalidOperationException("bad"), null, s_second, Timeout.InfiniteTimeSpan);
        using var good = Timer("good", 2 * s_second);

        Assert.Throws<InvalidOperationException>(() => _time.Advance(3 * s_second));
        Assert.Equal(s_second, _time.Elapsed);
        _time.Advance(s_second);

        Assert.Equal(["good@2"], _fired);
    }

    [Fact]
    public void A_callback_may_advance_the_clock_beyond_the_outer_advance()
    {
        using var timer = _time.CreateTimer(_ => _time.Advance(10 * s_second), null, s_second, Timeout.InfiniteTimeSpan);

        _time.Advance(2 * s_second);

        Assert.Equal(11 * s_second, _time.Elapsed);
    }

    [Fact]
    public void Timers_refuse_what_the_systems_timers_refuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Timer("a", TimeSpan.FromSeconds(-2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timer("a", s_second, TimeSpan.FromDays(50)));
        Assert.Throws<ArgumentNullException>(() => _time.CreateTimer(null!, null, s_second, s_second));
    }

    [Fact]
    public async Task Delays_and_cancellation_wait_for_the_virtual_clock()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _time);
        using var source = new CancellationTokenSource(TimeSpan.FromHours(2), _time);
        var waited = Task.Delay(Timeout.InfiniteTimeSpan, source.Token).WaitAsync(TimeSpan.FromHours(3), _time);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(delay.IsCompletedSuccessfully);
        Assert.False(source.IsCancellationRequested);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.True(source.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waited.Soon());
    }

    [Fact]
    public async Task A_chain_of_delays_runs_through_one_advance_at_its_own_instants()
    {
        var seen = new List<TimeSpan>();
        var chain = ChainAsync();

        _time.Advance(10 * s_second);
        await chain.Soon();

        Assert.Equal([s_second, 3 * s_second, 6 * s_second], seen);

        async Task ChainAsync()
        {
            for (var i = 1; i <= 3; i++)
            {
                await Task.Delay(i * s_second, _time).ConfigureAwait(false);
                seen.Add(_time.Elapsed);
            }
        }
    }

    [Fact]
    public void A_callback_sees_the_context_of_the_one_who_created_the_timer()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        string? seen = null;
        using var timer = _time.CreateTimer(_ => seen = local.Value, null, s_second, Timeout.InfiniteTimeSpan);
        local.Value = "advancer";

        _time.Advance(s_second);

        Assert.Equal("creator", seen);
    }

    [Fact]
    public async Task Advances_from_many_threads_add_up_and_lose_no_timer()
    {
        var fired = 0;
        var timers = new List<ITimer>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 1; i <= 500; i++)
            {
                var timer = _time.CreateTimer(_ => Interlocked.Increment(ref fired), null, i * s_second, Timeout.InfiniteTimeSpan);
                lock (timers)
                {
                    timers.Add(timer);
                }

                _time.Advance(s_second);
            }
        })));
        _time.Advance(500 * s_second);

        Assert.Equal(4500 * s_second, _time.Elapsed);
        Assert.Equal(4000, fired);
        timers.ForEach(static timer => timer.Dispose());
    }

    private ITimer Timer(string name, TimeSpan due, TimeSpan? period = null) => _time.CreateTimer(
        state => _fired.Add($"{state}@{_time.Elapsed.TotalSeconds}"), name, due, period ?? Timeout.InfiniteTimeSpan);
}
