using AgentFlow.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentFlow.Tests.DependencyInjection;

public class ServiceScopeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_attempt_has_a_scope_of_its_own_that_ends_before_the_next_one_begins(bool synchronously)
    {
        var flow = Flow.Start<int>("retry").Then("flaky", async ValueTask<int> (int x, StepContext ctx) =>
        {
            if (!synchronously) await Task.Yield();
            var session = ctx.Services.GetRequiredService<Session>();
            Assert.Same(session, ctx.Services.GetRequiredService<Session>());
            session.Use();
            return ctx.Attempt < 3 ? throw new TimeoutException() : x;
        }, o => o.Retry(3, TimeSpan.Zero)).Build();
        await using var services = Services().AddAgentFlow().Strict();
        Assert.Equal(1, await services.Runtime().RunAsync(flow, 1));
        Assert.Equal(["use 1", "dispose 1", "use 2", "dispose 2", "use 3", "dispose 3"], Log(services));
    }

    [Fact]
    public async Task A_body_that_throws_at_once_has_its_scope_disposed()
    {
        var flow = Flow.Start<int>("bad").Then("throws", (int x, StepContext ctx) =>
        {
            ctx.Services.GetRequiredService<Session>().Use();
            return x > 0 ? throw new InvalidOperationException("no") : x;
        }).Build();
        await using var services = Services().AddAgentFlow().Strict();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await services.Runtime().RunAsync(flow, 1));
        Assert.Equal("System.InvalidOperationException", error.ErrorType);
        Assert.Equal(["use 1", "dispose 1"], Log(services));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_step_waits_until_the_last_one_has_closed_its_services(bool hasHandle)
    {
        var flow = Flow.Start<int>("two").Then<Connecting>().Then<Connecting>().Build();
        await using var services = Services().AddAgentFlow().Strict();
        var run = hasHandle ? (await services.Runtime().StartAsync(flow, 1)).Result : services.Runtime().RunAsync(flow, 1).AsTask();
        await Eventually.Holds(() => Log(services) is [.., "closing 1"]);
        Assert.False(run.IsCompleted);
        services.GetRequiredService<Connection.Gate>().Opened.SetResult();
        Assert.Equal(1, await run.Soon());
        Assert.Equal(["use 1", "closing 1", "closed 1", "use 2", "closing 2", "closed 2"], Log(services));
    }

    [Fact]
    public async Task A_body_left_behind_by_a_timeout_keeps_its_services_until_it_returns()
    {
        var (time, left) = (new VirtualTimeProvider(), new TaskCompletionSource());
        Session? session = null;
        var flow = Flow.Start<int>("slow").Then("ignores", async Task<int> (x, ctx) =>
        {
            session = ctx.Services.GetRequiredService<Session>();
            await left.Task;
            session.Use();
            return x;
        }, o => o.Timeout(TimeSpan.FromSeconds(5))).Build();
        await using var services = Services().AddSingleton<TimeProvider>(time).AddAgentFlow().Strict();
        var run = services.Runtime().RunAsync(flow, 1).AsTask();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("Timeout", (await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Soon())).ErrorType);
        Assert.False(session!.IsDisposed);
        left.SetResult();
        Assert.Equal(["use 1", "dispose 1"], Log(services));
    }

    [Fact]
    public async Task Services_that_fail_to_close_are_logged_and_do_not_undo_the_effect()
    {
        var errors = new ErrorLog();
        var flow = Flow.Start<int>("close").Then("use", (x, ctx) => { _ = ctx.Services.GetRequiredService<Unclosable>(); return x; }).Build();
        await using var services = new ServiceCollection().AddScoped<Unclosable>().AddSingleton<ILoggerFactory>(errors).AddAgentFlow().Strict();
        Assert.Equal(1, await services.Runtime().RunAsync(flow, 1));
        Assert.Equal("will not close", Assert.Single(errors.Exceptions).Message);
    }

    [Fact]
    public async Task A_context_that_is_kept_opens_no_services_afterwards()
    {
        var kept = default(StepContext);
        var flow = Flow.Start<int>("keep").Then("keep", (x, ctx) => { kept = ctx; return x; }).Build();
        await using var services = Services().AddAgentFlow().Strict();
        await services.Runtime().RunAsync(flow, 1);
        Assert.Throws<ObjectDisposedException>(() => kept.Services);
        Assert.Empty(Log(services));
    }

    [Fact]
    public async Task Parallel_branches_have_scopes_of_their_own()
    {
        var step = Step.Create<int, int>("number", (_, ctx) => ctx.Services.GetRequiredService<Session>().Number);
        var flow = Flow.FromCode<int, int>("fan", async (_, ctx) => (await ctx.ForEachAsync(Enumerable.Range(0, 50), 8, (i, c) => c.RunAsync(step, i))).Distinct().Count());
        await using var services = Services().AddAgentFlow().Strict();
        Assert.Equal(50, await services.Runtime().RunAsync(flow, 0));
        Assert.Equal(50, Log(services).Count(line => line.StartsWith("dispose", StringComparison.Ordinal)));
    }

    private static IServiceCollection Services() =>
        new ServiceCollection().AddSingleton<Probe>().AddSingleton<Connection.Gate>().AddScoped<Session>().AddScoped<Connection>();

    private static IReadOnlyList<string> Log(IServiceProvider services) => services.GetRequiredService<Probe>().Log;

    private sealed class Connecting(Connection connection) : EffectStep<int, int>
    {
        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context)
        {
            connection.Use();
            return new(input);
        }
    }

    private sealed class Unclosable : IDisposable
    {
        public void Dispose() => throw new NotSupportedException("will not close");
    }

    private sealed class ErrorLog : ILoggerFactory, ILogger
    {
        public List<Exception> Exceptions { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null) Exceptions.Add(exception);
        }

        public void Dispose()
        {
        }
    }
}
