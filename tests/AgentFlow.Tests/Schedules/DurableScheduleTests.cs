using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Journaling.Durable;
using static AgentFlow.Tests.Schedules.CronTests;

namespace AgentFlow.Tests.Schedules;

/// <summary>A schedule goes on where an earlier process has left it, and fires nothing twice.</summary>
public sealed class DurableScheduleTests
{
    private readonly InProcessJournal _journal = new();
    private readonly VirtualTimeProvider _time = new(At("2030-01-01T00:30Z"));
    private readonly List<string> _reports = [];
    private readonly Lock _lock = new();

    private Flow<string, int> Report => field ??= Flow.Start<string>("report").Then("write", (day, _) =>
    {
        lock (_lock) _reports.Add(day);
        return 1;
    }).Build();

    public static TheoryData<MissedFires, int, string[]> Rules => new()
    {
        { MissedFires.FireOnce, 10, ["1", "6"] },
        { MissedFires.FireAll, 10, ["1", "2", "3", "4", "5", "6"] },
        { MissedFires.FireAll, 2, ["1", "5", "6"] },
        { MissedFires.Skip, 10, ["1"] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task What_was_missed_is_decided_by_its_rule_once(MissedFires missed, int max, string[] expected)
    {
        ScheduleOptions options = new() { Missed = missed, MaxMissed = max };
        await WithScheduleAsync(options, async schedule =>
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Eventually.Holds(() => schedule.LastFire == At("2030-01-01T01:00Z"));
        });

        _time.Advance(TimeSpan.FromHours(5));
        for (var restart = 0; restart < 3; restart++)
        {
            await WithScheduleAsync(options, async schedule =>
            {
                await Eventually.Holds(() => schedule.NextFire == At("2030-01-01T07:00Z"));
                await Settled();
            });
        }

        // Runs that are made up for at once end in any order.
        Assert.Equal(expected, _reports.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_fire_that_is_hardly_late_is_not_missed()
    {
        ScheduleOptions options = new() { Missed = MissedFires.Skip, Tolerance = TimeSpan.FromMinutes(5) };
        await WithScheduleAsync(options, _ => Task.CompletedTask);
        _time.Advance(TimeSpan.FromMinutes(34));
        await WithScheduleAsync(options, schedule => Eventually.Holds(() => schedule.LastFire == At("2030-01-01T01:00Z")));
        await Settled();
        Assert.Equal(["1"], _reports);
    }

    [Fact]
    public async Task A_crash_at_any_append_loses_no_fire_and_doubles_none()
    {
        for (var appends = 1; appends < 30; appends++)
        {
            var journal = new InProcessJournal();
            var time = new VirtualTimeProvider(At("2030-01-01T00:30Z"));
            _reports.Clear();
            journal.FailFrom = appends;
            for (var process = 0; process < 2; process++)
            {
                var runtime = new FlowRuntime(new() { Journal = journal, Time = time });
                runtime.Steps.Add(Report);
                try
                {
                    await runtime.RecoverAsync();
                    var schedule = await runtime.ScheduleAsync("hourly", Report, Hourly, fire => $"{fire.Due.Hour}", new() { Missed = MissedFires.FireAll, MaxMissed = 100 });
                    if (process == 0)
                    {
                        for (var hour = 0; hour < 4 && schedule.LastFailure is null; hour++)
                        {
                            time.Advance(TimeSpan.FromHours(1));
                            var due = time.GetUtcNow() - TimeSpan.FromMinutes(30);
                            await Eventually.Holds(() => schedule.LastFire == due || schedule.LastFailure is not null);
                        }
                    }
                    else
                    {
                        time.Advance(At("2030-01-01T05:00Z") - time.GetUtcNow());
                        await Eventually.Holds(() => schedule.NextFire == At("2030-01-01T06:00Z"));
                        await Eventually.Holds(() => runtime.ActiveRuns == 0);
                    }
                }
                catch (LostJournalException)
                {
                    // Nothing was scheduled: as if the process had never come that far.
                    Assert.True(process == 0);
                }

                if (process == 0)
                {
                    // A crash: nothing of the runtime reaches the journal any more.
                    journal.FailFrom = 0;
                    await runtime.DisposeAsync();
                    journal.FailFrom = null;
                }
                else
                {
                    await runtime.DisposeAsync();
                }
            }

            var runs = new List<string>();
            await foreach (var run in journal.ListAsync(CancellationToken.None))
            {
                if (!ScheduleRecord.IsOne(run.RunId)) runs.Add($"{run.RunId} {run.Last}");
            }

            Assert.Equal(Enumerable.Range(1, 5).Select(hour => $"hourly@2030-01-01T0{hour}:00:00Z RunCompleted"), runs.Order());
        }
    }

    [Fact]
    public async Task A_pause_outlives_the_process()
    {
        await WithScheduleAsync(null, schedule => schedule.PauseAsync("holidays"));
        _time.Advance(TimeSpan.FromHours(3));
        await WithScheduleAsync(null, async schedule =>
        {
            Assert.True(schedule.IsPaused);
            await schedule.ResumeAsync();
            _time.Advance(TimeSpan.FromHours(1));
            await Eventually.Holds(() => schedule.LastFire == At("2030-01-01T04:00Z"));
        });
        await Settled();
        Assert.Equal(["4"], _reports);
    }

    [Fact]
    public async Task A_schedule_that_was_removed_begins_anew()
    {
        await WithScheduleAsync(null, schedule => schedule.RemoveAsync());
        _time.Advance(TimeSpan.FromHours(3));
        await WithScheduleAsync(null, schedule =>
        {
            Assert.Equal((null, At("2030-01-01T04:00Z")), (schedule.LastFire, schedule.NextFire));
            return Task.CompletedTask;
        });
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task Another_timetable_goes_on_from_now()
    {
        await WithScheduleAsync(null, _ => Task.CompletedTask);
        _time.Advance(TimeSpan.FromHours(3));
        await using var runtime = Open();
        var schedule = await runtime.ScheduleAsync("hourly", Report, Timetable.Every(TimeSpan.FromMinutes(10)), "x");
        Assert.Equal(At("2030-01-01T03:40Z"), schedule.NextFire);
        await Settled();
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task A_run_of_an_earlier_process_that_is_active_counts_for_the_overlap()
    {
        var waiting = Flow.FromCode<string, int>("waiting", async (_, ctx) => await ctx.WaitForAsync<int>("done"));
        ScheduleOptions options = new() { Overlap = Overlap.Skip };
        await using (var first = Open(waiting))
        {
            var schedule = await first.ScheduleAsync("hourly", waiting, Hourly, "x", options);
            _time.Advance(TimeSpan.FromHours(1));
            await Eventually.Holds(() => schedule.LastFire is not null);
            await Eventually.Holds(() => first.Runs.All(run => run.Status == RunStatus.Suspended));
        }

        await using var second = Open(waiting);
        var later = await second.ScheduleAsync("hourly", waiting, Hourly, "x", options);
        _time.Advance(TimeSpan.FromHours(1));
        await Eventually.Holds(() => later.NextFire == At("2030-01-01T03:00Z"));
        Assert.Equal(At("2030-01-01T01:00Z"), later.LastFire);
        await second.SignalAsync(later.LastRun!.Value, "done", 1);
        await (await second.GetRunAsync<int>(later.LastRun!.Value))!.Result.Soon();
        _time.Advance(TimeSpan.FromHours(1));
        await Eventually.Holds(() => later.LastFire == At("2030-01-01T03:00Z"));
    }

    [Fact]
    public async Task Its_record_is_cut_short_from_time_to_time_and_is_no_run_to_recover()
    {
        await WithScheduleAsync(null, async schedule =>
        {
            for (var hour = 1; hour <= 600; hour++)
            {
                _time.Advance(TimeSpan.FromHours(1));
                await Eventually.Holds(() => schedule.NextFire > _time.GetUtcNow());
            }
        });
        var records = new List<(string Id, bool IsOpen)>();
        await foreach (var run in _journal.ListAsync(CancellationToken.None))
        {
            if (ScheduleRecord.IsOne(run.RunId)) records.Add(($"{run.RunId}", run.IsOpen));
        }

        Assert.Equal([("(schedule) hourly#1", false), ("(schedule) hourly#2", false), ("(schedule) hourly#3", true)], records);
        await using var next = Open();
        var report = await next.RecoverAsync();
        Assert.Equal((0, 0, 0), (report.Resumed.Count, report.Suspended.Count, report.Held.Count));
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromMinutes(30), (await next.ScheduleAsync("hourly", Report, Hourly, "x")).LastFire);
    }

    private static Timetable Hourly { get; } = Timetable.Every(TimeSpan.FromHours(1));

    private FlowRuntime Open(params Step[] flows)
    {
        var runtime = new FlowRuntime(new() { Journal = _journal, Time = _time, SuspendLinger = TimeSpan.Zero });
        foreach (var flow in flows.Append(Report)) runtime.Steps.Add(flow);
        return runtime;
    }

    private async Task WithScheduleAsync(ScheduleOptions? options, Func<Schedule, Task> use)
    {
        await using var runtime = Open();
        await runtime.RecoverAsync();
        await use(await runtime.ScheduleAsync("hourly", Report, Hourly, fire => $"{fire.Due.Hour}", options));
        await Eventually.Holds(() => runtime.ActiveRuns == 0);
    }

    /// <summary>What was dispatched has run.</summary>
    private static Task Settled()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(static state => ((TaskCompletionSource)state!).SetResult(), settled);
        return settled.Task.Soon();
    }
}
