using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFlow.Hosting.Tests;

internal static class Hosts
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A host without console, files and environment, as strict about services as in development.</summary>
    public static IHost Create(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateScopes = true, ValidateOnBuild = true }));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        configure(builder.Services);
        return builder.Build();
    }

    public static FlowRuntime Runtime(this IHost host) => host.Services.GetRequiredService<FlowRuntime>();

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static async Task Eventually(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, "The condition did not come to hold.");
            await Task.Yield();
        }
    }
}

/// <summary>A flow whose one step enters and then waits, deaf to its token, until the test lets it go.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Gate() => Flow = AgentFlow.Flow.Start<int>("gate").Then("wait", async ValueTask<int> (x, _) =>
    {
        _entered.TrySetResult();
        await _open.Task;
        return x;
    }).Build();

    public Flow<int, int> Flow { get; }

    public Task Entered => _entered.Task.Soon();

    public void Dispose() => _open.TrySetResult();
}

/// <summary>Keeps what the host logs.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string Text)> All
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock) _lines.Add((logLevel, formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
