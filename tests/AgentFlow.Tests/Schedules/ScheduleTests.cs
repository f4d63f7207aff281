using AgentFlow.Journaling;
using AgentFlow.Testing;
using static AgentFlow.Tests.Schedules.CronTests;

namespace AgentFlow.Tests.Schedules;

/// <summary>Schedules in one process, in virtual time. The clock begins on Tuesday, 1 January 2030, 00:00 UTC.</summary>
public sealed class ScheduleTests
{
    private readonly FlowTestHost _host = new(o => o.Runtime.KeepEndedRunsWithId = 1000);
    private readonly List<string> _reports = [];

    private Flow<string, int> Report => field ??= Flow.Start<string>("report").Then("write", (day, _) =>
    {
        _reports.Add(day);
        return _reports.Count;
    }).Build();

    [Fact]
    public async Task A_flow_is_started_by_the_calendar()
    {
        var nightly = await _host.Runtime.ScheduleAsync("nightly", Report, Timetable.Cron("30 2 * * mon-fri", "Europe/Berlin"), fire => $"{fire.Schedule} {fire.Due:yyyy-MM-dd HH:mm}");
        Assert.Equal((At("2030-01-01T01:30Z"), null, "report"), (nightly.NextFire, nightly.LastFire, nightly.FlowName));

        await _host.AdvanceAsync(TimeSpan.FromDays(7));

        Assert.Equal(["nightly 2030-01-01 01:30", "nightly 2030-01-02 01:30", "nightly 2030-01-03 01:30", "nightly 2030-01-04 01:30", "nightly 2030-01-07 01:30"], _reports);
        Assert.Equal((At("2030-01-07T01:30Z"), At("2030-01-08T01:30Z")), (nightly.LastFire, nightly.NextFire));
        Assert.Equal("nightly@2030-01-07T01:30:00Z", nightly.LastRun.ToString());
        var run = _host.Runtime.GetRun<int>(nightly.LastRun!.Value)!;
        Assert.Equal((5, "nightly"), (await run.Result, ((RunStartedEntry)run.Entries[0]).Tags["schedule"]));
    }

    [Fact]
    public async Task Several_schedules_are_listed_and_do_not_disturb_each_other()
    {
        await _host.Runtime.ScheduleAsync("hourly", Report, Timetable.Every(TimeSpan.FromHours(1)), "hour");
        await _host.Runtime.ScheduleAsync("daily", Report, Timetable.Every(TimeSpan.FromDays(1)), "day");
        await _host.AdvanceAsync(TimeSpan.FromHours(24));
        Assert.Equal((24, 1), (_reports.Count(report => report == "hour"), _reports.Count(report => report == "day")));
        Assert.Equal(["daily", "hourly"], _host.Runtime.Schedules.Select(schedule => schedule.Name));
        await Assert.ThrowsAsync<DuplicateRegistrationException>(() => _host.Runtime.ScheduleAsync("daily", Report, Timetable.Every(TimeSpan.FromDays(1)), "day"));
    }

    [Fact]
    public async Task A_paused_schedule_fires_not_and_makes_nothing_up()
    {
        var hourly = await _host.Runtime.ScheduleAsync("hourly", Report, Timetable.Every(TimeSpan.FromHours(1)), fire => $"{fire.Due.Hour}");
        await _host.AdvanceAsync(TimeSpan.FromHours(2));
        await hourly.PauseAsync("holidays");
        await _host.AdvanceAsync(TimeSpan.FromHours(3.5));
        Assert.Equal((true, null, 2), (hourly.IsPaused, hourly.NextFire, _reports.Count));
        await hourly.ResumeAsync();
        await _host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(["1", "2", "6"], _reports);
    }

    [Fact]
    public async Task A_removed_schedule_is_gone_and_may_begin_anew()
    {
        var hourly = await _host.Runtime.ScheduleAsync("hourly", Report, Timetable.Every(TimeSpan.FromHours(1)), "old");
        await hourly.RemoveAsync();
        Assert.Empty(_host.Runtime.Schedules);
        await _host.AdvanceAsync(TimeSpan.FromHours(5));
        Assert.Empty(_reports);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => hourly.PauseAsync());
        await _host.Runtime.ScheduleAsync("hourly", Report, Timetable.Every(TimeSpan.FromHours(1)), "new");
        await _host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(["new"], _reports);
    }

    [Theory]
    [InlineData(Overlap.Allow, 4)]
    [InlineData(Overlap.Skip, 2)]
    public async Task While_the_previous_run_is_active_the_overlap_rule_decides(Overlap overlap, int expected)
    {
        var started = 0;
        var slow = Flow.FromCode<int, int>("slow", async (x, ctx) =>
        {
            await ctx.RunAsync(Step.Create<int, int>("count", (_, _) => ++started), x);
            await ctx.DelayAsync(TimeSpan.FromMinutes(150));
            return x;
        });
        await _host.Runtime.ScheduleAsync("hourly", slow, Timetable.Every(TimeSpan.FromHours(1)), 1, new() { Overlap = overlap });
        await _host.AdvanceAsync(TimeSpan.FromHours(4));
        Assert.Equal(expected, started);
    }

    [Fact]
    public async Task A_run_out_of_turn_leaves_the_timetable_as_it_was()
    {
        var daily = await _host.Runtime.ScheduleAsync("daily", Report, Timetable.Every(TimeSpan.FromDays(1)), fire => $"{fire.Due:HH:mm}");
        await _host.AdvanceAsync(TimeSpan.FromHours(7));
        var id = await daily.TriggerAsync();
        await _host.AdvanceAsync(TimeSpan.FromHours(17));
        Assert.Equal(["07:00", "00:00"], _reports);
        Assert.Equal("daily@2030-01-01T07:00:00Z", id.ToString());
    }

    [Fact]
    public async Task An_input_that_fails_costs_that_run_only()
    {
        var hourly = await _host.Runtime.ScheduleAsync("hourly", Report, Timetable.Every(TimeSpan.FromHours(1)), fire => fire.Due.Hour == 2 ? throw new InvalidOperationException("no data") : $"{fire.Due.Hour}");
        await _host.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Contains("no data", hourly.LastFailure, StringComparison.Ordinal);
        await _host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(["1", "3"], _reports);
        Assert.Null(hourly.LastFailure);
    }

    [Fact]
    public async Task A_run_that_finds_no_place_is_tried_again()
    {
        await using var host = new FlowTestHost(o =>
        {
            o.Runtime.Scheduler.MaxConcurrentRuns = 1;
            o.Runtime.Scheduler.MaxQueuedRuns = 1;
            o.Runtime.Scheduler.WhenFull = QueueFullMode.Reject;
        });
        var sleep = Flow.Start<int>("sleep").Then("body", async ValueTask<int> (x, ctx) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(10), ctx.Time, ctx.CancellationToken);
            return x;
        }).Build();
        var daily = await host.Runtime.ScheduleAsync("daily", Report, Timetable.Every(TimeSpan.FromDays(1)), "x");
        await host.AdvanceAsync(TimeSpan.FromHours(23.9));
        await host.StartAsync(sleep, 1);
        var blocker = await host.StartAsync(sleep, 1);
        await host.AdvanceAsync(TimeSpan.FromHours(0.1));
        Assert.NotNull(daily.LastFailure);
        await host.AdvanceAsync(TimeSpan.FromMinutes(15));
        Assert.Equal((RunStatus.Completed, 1, null), (blocker.Status, _reports.Count, daily.LastFailure));
    }

    [Fact]
    public void Odd_options_are_refused_where_they_are_written()
    {
        var timetable = Timetable.Every(TimeSpan.FromHours(1));
        Refused<ArgumentException>("a/b", null);
        Refused<ArgumentException>(new string('x', 151), null);
        Refused<ArgumentException>("x", new() { Run = new() { Id = "mine" } });
        Refused<ArgumentOutOfRangeException>("x", new() { MaxMissed = 0 });
        Refused<ArgumentOutOfRangeException>("x", new() { Tolerance = TimeSpan.FromDays(2) });
        Refused<ArgumentOutOfRangeException>("x", new() { Missed = (MissedFires)9 });
        Assert.Throws<ArgumentException>(() => { _ = _host.Runtime.RunAsync(Report, "x", new() { Id = "(schedule) x#1" }); });

        void Refused<T>(string name, ScheduleOptions? options)
            where T : ArgumentException => Assert.ThrowsAnyAsync<T>(() => _host.Runtime.ScheduleAsync(name, Report, timetable, "x", options)).GetAwaiter().GetResult();
    }
}
