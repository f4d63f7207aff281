using AgentFlow.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFlow.Hosting.Tests;

public class DrainOnStopTests
{
    private readonly LogLines _log = new();

    [Fact]
    public async Task A_host_that_stops_lets_executing_runs_end_and_refuses_new_ones()
    {
        using var host = Create();
        using var gate = new Gate();
        var run = await host.Runtime().StartAsync(gate.Flow, 7);
        await gate.Entered;
        var stopping = host.StopAsync();
        Assert.False(stopping.IsCompleted);
        Assert.Equal("gate", (await Assert.ThrowsAsync<RuntimeStoppingException>(() => host.Runtime().StartAsync(gate.Flow, 8).AsTask().Soon())).Flow);
        gate.Dispose();
        await stopping.Soon();
        Assert.Equal(7, await run);
        Assert.Contains((LogLevel.Information, "Drained: every executing run has ended, 0 stay suspended"), _log.All);
    }

    [Fact]
    public async Task Suspended_runs_do_not_hold_the_host_up()
    {
        using var host = Create();
        var run = await host.Runtime().StartAsync(Flow.FromCode<int, bool>("ask", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved), 1);
        await Hosts.Eventually(() => run.Status == RunStatus.Suspended);
        await host.StopAsync().Soon();
        Assert.Equal(RunStatus.Suspended, run.Status);
        Assert.Contains((LogLevel.Information, "Drained: every executing run has ended, 1 stay suspended"), _log.All);
    }

    [Fact]
    public async Task After_the_drain_timeout_executing_runs_are_cancelled_within_the_grace()
    {
        var time = new VirtualTimeProvider();
        using var host = Create(services => services.AddSingleton<TimeProvider>(time).AddAgentFlowHosting(o => o.DrainTimeout = TimeSpan.FromHours(1)));
        using var gate = new Gate();
        var run = await host.Runtime().StartAsync(gate.Flow, 7);
        await gate.Entered;
        var stopping = host.StopAsync();
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(RunStatus.Running, run.Status);
        time.Advance(TimeSpan.FromMinutes(1));
        await Hosts.Eventually(() => time.ArmedTimers > 0);
        time.Advance(TimeSpan.FromSeconds(2));
        await stopping.Soon();
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Contains(_log.All, line => line.Level == LogLevel.Warning && line.Text.StartsWith("Cancelled 1 runs", StringComparison.Ordinal) && line.Text.Contains("DrainTimeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_will_not_wait_ends_the_draining()
    {
        using var host = Create(services => services.AddAgentFlow(o => o.CancellationGrace = TimeSpan.Zero).AddHosting(o => o.DrainTimeout = Timeout.InfiniteTimeSpan));
        using var gate = new Gate();
        var run = await host.Runtime().StartAsync(gate.Flow, 7);
        await gate.Entered;
        using var impatience = new CancellationTokenSource();
        var stopping = host.StopAsync(impatience.Token);
        Assert.Equal(RunStatus.Running, run.Status);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.Result.Soon());
        await stopping.ContinueWith(_ => { }, TaskScheduler.Default).Soon();
    }

    [Fact]
    public async Task What_starts_runs_stops_before_the_runtime_refuses_them()
    {
        using var host = Create(services => services.AddAgentFlowHosting().Services.AddHostedService<LastOrder>());
        await host.StopAsync().Soon();
        Assert.Equal(RunStatus.Completed, host.Services.GetServices<IHostedService>().OfType<LastOrder>().Single().Status);
    }

    private IHost Create(Action<IServiceCollection>? configure = null)
    {
        var host = Hosts.Create(services =>
        {
            services.AddLogging(logging => logging.AddProvider(_log));
            configure?.Invoke(services);
            services.AddAgentFlowHosting();
        });
        host.Start();
        return host;
    }

    private sealed class LastOrder(FlowRuntime runtime) : IHostedService
    {
        private static readonly Flow<int, int> Order = Flow.Start<int>("order").Then("take", (x, _) => x).Build();

        public RunStatus? Status { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            var run = await runtime.StartAsync(Order, 1, cancellationToken: cancellationToken);
            await run;
            Status = run.Status;
        }
    }
}
