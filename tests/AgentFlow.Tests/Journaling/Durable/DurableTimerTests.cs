using AgentFlow.Scheduling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>Dates across restarts: several of them, past ones, far ones, many at once, and a clock that goes backwards.</summary>
public sealed class DurableTimerTests
{
    private readonly InProcessJournal _journal = new();
    private readonly VirtualTimeProvider _time = new();
    private int _effects;

    private Step<int, int> Count => field ??= Step.Create<int, int>("count", (x, _) =>
    {
        Interlocked.Increment(ref _effects);
        return x;
    });

    private Flow<int, string> Branches => field ??= Flow.FromCode<int, string>("branches", async (_, ctx) => string.Join(' ', await ctx.AllAsync(
        [.. new[] { 3, 1, 90, 2 }.Select(days => (Func<FlowContext, ValueTask<string>>)(async c =>
        {
            await c.DelayAsync(TimeSpan.FromDays(days));
            await c.RunAsync(Count, days);
            return $"{(c.GetUtcNow() - _time.Start).TotalDays}";
        }))])));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task Timers_of_parallel_branches_come_in_their_turn_whatever_restarts(int daysPerProcess)
    {
        await using (var first = Open(Branches)) await StartDormantAsync(first, Branches);
        for (var day = 0; day < 90; day += daysPerProcess)
        {
            await using var next = Open(Branches);
            await next.RecoverAsync();
            for (var i = 0; i < daysPerProcess && day + i < 90; i++)
            {
                _time.Advance(TimeSpan.FromDays(1));
                await Eventually.Holds(() => next.ActiveRuns == 0 || next.Dormant.All.Any(run => run.Due > _time.GetUtcNow()));
            }
        }

        await using var last = Open(Branches);
        Assert.Equal(("3 1 90 2", 4), (await ResultAsync<string>(last), _effects));
    }

    [Fact]
    public async Task Dates_that_passed_while_no_process_was_there_come_at_the_recovery()
    {
        await using (var first = Open(Branches)) await StartDormantAsync(first, Branches);
        _time.Advance(TimeSpan.FromDays(200));
        await using var second = Open(Branches);
        await second.RecoverAsync();
        Assert.Equal(("200 200 200 200", 4), (await ResultAsync<string>(second), _effects));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_timer_beside_a_question_whichever_comes_first(bool isAnswered)
    {
        var flow = Flow.FromCode<int, string>("race", async (x, ctx) =>
        {
            var winner = await ctx.AnyAsync<string>(
                async c => (await c.ApproveAsync("boss", x)).IsApproved ? "approved" : "rejected",
                async c =>
                {
                    await c.DelayAsync(TimeSpan.FromDays(60));
                    return "nobody answered";
                });
            await ctx.DelayAsync(TimeSpan.FromDays(1), "afterwards");
            return winner.Value;
        });
        await using (var first = Open(flow)) await StartDormantAsync(first, flow);
        await using (var second = Open(flow))
        {
            await second.RecoverAsync();
            _time.Advance(TimeSpan.FromDays(59));
            if (isAnswered) await second.Requests.ApproveAsync("t-1/race/any/0/boss");
            else _time.Advance(TimeSpan.FromDays(1));
            await Eventually.Holds(() => second.Dormant.All.Any(run => run.Waits.Any(wait => wait.Path.Name == "afterwards")));
            Assert.Equal(0, second.Requests.Count);
        }

        await using var third = Open(flow);
        await third.RecoverAsync();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(isAnswered ? "approved" : "nobody answered", await ResultAsync<string>(third));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(40, false)]
    public async Task The_time_limit_of_a_flow_holds_across_a_restart(int daysDown, bool isInTime)
    {
        var inner = Flow.FromCode<int, int>("inner", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromDays(20));
            return x;
        });
        var flow = Flow.Start<int>("limited").Then(inner, o => o.Timeout(TimeSpan.FromDays(30)).Fallback(Step.Create<int, int>("late", (x, _) => -x))).Build();
        await using (var first = Open(flow)) await StartDormantAsync(first, flow, 5);
        _time.Advance(TimeSpan.FromDays(daysDown));
        await using var second = Open(flow);
        await second.RecoverAsync();
        if (isInTime) _time.Advance(TimeSpan.FromDays(10));
        var result = await ResultAsync<int>(second);

        // When both dates have passed, the earlier one comes first or the limit cancels it: the run ends either way, and once.
        Assert.True(isInTime ? result == 5 : result is 5 or -5, $"{result}");
    }

    [Fact]
    public async Task A_clock_that_goes_backwards_delays_a_date_and_loses_nothing()
    {
        var flow = Flow.FromCode<int, int>("later", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromHours(2));
            return x;
        });
        _time.Advance(TimeSpan.FromDays(1));
        await using (var first = Open(flow)) await StartDormantAsync(first, flow, 7);

        // The next machine's clock is a day behind.
        var behind = new VirtualTimeProvider(_time.Start);
        await using var second = new FlowRuntime(new() { Journal = _journal, Time = behind, SuspendLinger = TimeSpan.Zero });
        second.Steps.Add(flow);
        await second.RecoverAsync();
        behind.Advance(TimeSpan.FromHours(25));
        Assert.Equal(1, second.Dormant.Count);
        behind.Advance(TimeSpan.FromHours(1));
        Assert.Equal(7, await ResultAsync<int>(second));
    }

    [Fact]
    public async Task Ten_thousand_dates_at_once_are_served_by_a_few_places()
    {
        const int Runs = 10_000;
        const int Places = 4;
        var (executing, peak, done) = (0, 0, 0);
        var flow = Flow.FromCode<int, int>("alarm", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromDays(30));
            return await ctx.RunAsync(Step.Create<int, int>("ring", async ValueTask<int> (x, _) =>
            {
                var now = Interlocked.Increment(ref executing);
                for (var seen = Volatile.Read(ref peak); now > seen; seen = Volatile.Read(ref peak)) Interlocked.CompareExchange(ref peak, now, seen);
                await Task.Yield();
                Interlocked.Decrement(ref executing);
                Interlocked.Increment(ref done);
                return x;
            }), x);
        });
        await using (var first = Open(flow))
        {
            for (var i = 0; i < Runs; i++) await first.StartAsync(flow, i, new() { Id = $"a-{i}" });
            await Eventually.Holds(() => first.Dormant.Count == Runs);
        }

        await using var second = Open(flow, options =>
        {
            options.Scheduler.MaxConcurrentRuns = Places;
            options.Scheduler.MaxQueuedRuns = 16;
        });
        Assert.Equal(Runs, (await second.RecoverAsync()).Suspended.Count);
        _time.Advance(TimeSpan.FromDays(30));
        await Eventually.Holds(() => second.ActiveRuns == 0);
        Assert.Equal(Runs, done);
        Assert.InRange(peak, 1, Places);
    }

    [Fact]
    public async Task A_date_that_a_run_has_left_behind_does_not_bring_it_back_into_memory()
    {
        var flow = Flow.FromCode<int, int>("reminder", async (x, ctx) =>
        {
            await ctx.AnyAsync<int>(
                async c => { await c.DelayAsync(TimeSpan.FromDays(5)); return 1; },
                async c => await c.WaitForAsync<int>("paid"));
            await ctx.DelayAsync(TimeSpan.FromDays(30));
            return x;
        });
        await using var runtime = Open(flow);
        var run = await runtime.StartAsync(flow, 7, new() { Id = "t-1" });
        await Eventually.Holds(() => runtime.Dormant.Count == 1);
        await runtime.SignalAsync(run.Id, "paid", 1);
        await Eventually.Holds(() => runtime.Dormant.All.Any(dormant => dormant.Due == _time.Start.AddDays(30)));
        _time.Advance(TimeSpan.FromDays(5));
        Assert.Equal(1, runtime.Dormant.Count);
        _time.Advance(TimeSpan.FromDays(25));
        Assert.Equal(7, await run.Result.Soon());
    }

    [Fact]
    public async Task A_date_that_comes_before_its_woken_run_is_back_does_not_let_it_go_on_without_a_place()
    {
        var entered = 0;
        var gate = new TaskCompletionSource();
        var flow = Flow.FromCode<int, int>("alarm", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromDays(1));
            return await ctx.RunAsync(Step.Create<int, int>("ring", async ValueTask<int> (x, _) =>
            {
                Interlocked.Increment(ref entered);
                await gate.Task;
                return x;
            }), x);
        });
        await using (var first = Open(flow))
        {
            for (var i = 0; i < 2; i++) await first.StartAsync(flow, i, new() { Id = $"a-{i}" });
            await Eventually.Holds(() => first.Dormant.Count == 2);
        }

        await using var second = Open(flow, options =>
        {
            options.Scheduler.MaxConcurrentRuns = 1;
            options.Dispatcher = new HastyDates();
        });
        await second.RecoverAsync();
        _time.Advance(TimeSpan.FromDays(1));
        await Eventually.Holds(() => entered + second.Admission.Queued == 2);
        var enteredBefore = entered;
        gate.SetResult();
        await Eventually.Holds(() => second.ActiveRuns == 0);
        Assert.Equal((1, 2, 0), (enteredBefore, entered, second.Admission.Running));
    }

    /// <summary>A date that is past fires, on its own thread, before whoever has set it goes on.</summary>
    private sealed class HastyDates : WorkDispatcher
    {
        public override void Dispatch(IThreadPoolWorkItem item)
        {
            if (item is not DateTimer)
            {
                ThreadPool.Dispatch(item);
                return;
            }

            var thread = new Thread(item.Execute);
            thread.Start();
            thread.Join();
        }
    }

    private static async Task<TOut> ResultAsync<TOut>(FlowRuntime runtime) => await (await runtime.GetRunAsync<TOut>(RunId.Parse("t-1")))!.Result.Soon();

    private static async Task StartDormantAsync<TOut>(FlowRuntime runtime, Flow<int, TOut> flow, int input = 0)
    {
        await runtime.StartAsync(flow, input, new() { Id = "t-1" });
        await Eventually.Holds(() => runtime.Dormant.Count == 1);
    }

    private FlowRuntime Open(Step flow, Action<FlowRuntimeOptions>? configure = null)
    {
        var options = new FlowRuntimeOptions { Journal = _journal, Time = _time, SuspendLinger = TimeSpan.Zero };
        configure?.Invoke(options);
        var runtime = new FlowRuntime(options);
        runtime.Steps.Add(flow);
        return runtime;
    }
}
