using AgentFlow.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFlow.Hosting.Tests;

/// <summary>A host that starts goes on with what an earlier one has left, over a journal of files.</summary>
public sealed class RecoverOnStartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agentflow-").FullName;
    private readonly VirtualTimeProvider _time = new();
    private readonly LogLines _log = new();
    private int _charged;

    private Flow<int, int> Order => field ??= Flow.Start<int>("order")
        .WaitFor<int>("paid")
        .Map((_, amount) => amount)
        .Then("charge", (amount, _) => amount + Interlocked.Increment(ref _charged))
        .Build();

    [Fact]
    public async Task Open_runs_continue_and_are_counted_in_the_log()
    {
        await LeaveSuspendedRunAsync();
        using var second = Create();
        await second.StartAsync(TestContext.Current.CancellationToken);
        Assert.Contains((LogLevel.Information, "Recovered: 0 runs continue, 1 stay suspended, 0 are held"), _log.All);
        await second.Runtime().SignalAsync(RunId.Parse("o-1"), "paid", 10);
        Assert.Equal(11, await (await second.Runtime().GetRunAsync<int>(RunId.Parse("o-1")))!.Result.Soon());
        await second.StopAsync().Soon();
    }

    [Fact]
    public async Task Runs_whose_flow_is_gone_are_held_and_the_log_says_why()
    {
        await LeaveSuspendedRunAsync();
        using var second = Create(builder => { }, flows: false);
        await second.StartAsync(TestContext.Current.CancellationToken);
        Assert.Contains(_log.All, line => line.Level == LogLevel.Warning && line.Text.StartsWith("1 open runs are held", StringComparison.Ordinal) && line.Text.Contains("o-1", StringComparison.Ordinal) && line.Text.Contains("not registered", StringComparison.Ordinal));
        await second.StopAsync().Soon();
    }

    [Fact]
    public async Task Recovery_can_be_left_to_the_application()
    {
        await LeaveSuspendedRunAsync();
        using var second = Create(builder => builder.AddHosting(o => o.RecoverOnStart = false));
        await second.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, second.Runtime().ActiveRuns);
        Assert.Single((await second.Runtime().RecoverAsync(TestContext.Current.CancellationToken)).Suspended);
        await second.StopAsync().Soon();
    }

    [Fact]
    public async Task Schedules_begin_after_the_recovery_and_make_up_for_what_was_missed()
    {
        var days = new List<string>();
        var report = Flow.Start<string>("report").Then("write", (day, _) =>
        {
            lock (days) days.Add(day);
            return day;
        }).Build();
        void Schedule(IAgentFlowBuilder builder) => builder.AddSchedule("nightly", report, Timetable.Cron("0 2 * * *"), fire => $"{fire.Due:MM-dd}");
        using (var first = Create(Schedule))
        {
            await first.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal("nightly", Assert.Single(first.Runtime().Schedules).Name);
            Assert.Contains(_log.All, line => line.Text.StartsWith("Schedule 'nightly' starts flow 'report' next at 01/01/2030 02:00:00", StringComparison.Ordinal));
            _time.Advance(TimeSpan.FromHours(3));
            await Hosts.Eventually(() => first.Runtime().ActiveRuns == 0 && days.Count == 1);
            await first.StopAsync().Soon();
        }

        _time.Advance(TimeSpan.FromDays(3));
        using var second = Create(Schedule);
        await second.StartAsync(TestContext.Current.CancellationToken);
        await Hosts.Eventually(() => second.Runtime().ActiveRuns == 0 && days.Count == 2);
        Assert.Equal(["01-01", "01-04"], days);
        await second.StopAsync().Soon();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, days.Count);
    }

    [Fact]
    public async Task Two_schedules_of_one_name_stop_the_host()
    {
        using var host = Create(builder => builder.AddSchedule("nightly", Order, Timetable.Cron("0 2 * * *"), 1).AddSchedule("nightly", Order, Timetable.Cron("0 3 * * *"), 2));
        await Assert.ThrowsAsync<DuplicateRegistrationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_module_may_add_its_schedule_twice()
    {
        void Module(IAgentFlowBuilder builder) => builder.AddSchedule("nightly", Order, Timetable.Cron("0 2 * * *"), 1);
        using var host = Create(builder =>
        {
            Module(builder);
            Module(builder);
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Single(host.Runtime().Schedules);
        await host.StopAsync().Soon();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task LeaveSuspendedRunAsync()
    {
        using var host = Create();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var run = await host.Runtime().StartAsync(Order, 1, new() { Id = "o-1" });
        await Hosts.Eventually(() => run.Status == RunStatus.Suspended);
        await host.StopAsync().Soon();
    }

    private IHost Create(Action<IAgentFlowBuilder>? configure = null, bool flows = true) => Hosts.Create(services =>
    {
        services.AddLogging(logging => logging.AddProvider(_log));
        services.AddSingleton<TimeProvider>(_time);
        var builder = services.AddAgentFlowHosting().UseFileJournal(_directory);
        if (flows) builder.AddFlow(Order);
        configure?.Invoke(builder);
    });
}
