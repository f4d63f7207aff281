using System.Diagnostics;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.Logging;

namespace AgentFlow.Tests.Telemetry;

/// <summary>Who only watches changes nothing: loggers and listeners may throw wherever they are called.</summary>
public class ObserversTests
{
    private const string Watched = "watched-by-a-bad-listener";

    [Theory]
    [InlineData("sample")]
    [InlineData("started")]
    [InlineData("stopped")]
    public async Task A_listener_that_throws_changes_no_run(string where)
    {
        void ThrowAt(string place, string name)
        {
            if (where == place && name.EndsWith(Watched, StringComparison.Ordinal)) throw new InvalidOperationException(place);
        }

        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AgentFlowTelemetry.SourceName,
            Sample = (ref options) =>
            {
                ThrowAt("sample", options.Name);
                return ActivitySamplingResult.AllData;
            },
            ActivityStarted = activity => ThrowAt("started", activity.OperationName),
            ActivityStopped = activity => ThrowAt("stopped", activity.OperationName),
        };
        ActivitySource.AddActivityListener(listener);
        using var model = new ScriptedChatClient(modelId: Watched).CallTool(Watched).Reply("done");
        var agent = Agent.Create(Watched).Model(model).Tools(Tool.From(Watched, "", () => 1)).Build();
        var flow = Flow.Start<string>(Watched).Then(agent).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal("done", await runtime.RunAsync(flow, "x").AsTask().WaitAsync(HangGuard.Limit));
        Assert.Equal(0, runtime.ActiveRuns);
    }

    [Fact]
    public void A_logger_that_throws_changes_no_run()
    {
        using var log = new BadLog();
        var test = new VirtualRun(configure: options => options.LoggerFactory = log);
        var flow = Flow.Start<int>("flow")
            .Then("fails", (int x, StepContext _) => x < 0 ? throw new IOException("negative") : x)
            .Approve("boss", when: x => x > 1)
            .Build();
        var completed = test.Start(flow, 1);
        test.Finish(completed);
        Assert.Equal(1, completed.Value());
        var failed = test.Start(flow, -1);
        test.Finish(failed);
        Assert.Equal("flow/fails", failed.Failure().Path.ToString());
        var suspended = test.Start(flow, 2);
        test.Settle();
        Assert.Equal(RunStatus.Suspended, suspended.Status);
        _ = suspended.CancelAsync();
        test.Settle();
        Assert.Equal(RunStatus.Cancelled, suspended.Status);
        Assert.True(log.Calls > 6, $"{log.Calls} calls");
    }

    private sealed class BadLog : ILoggerFactory, ILogger
    {
        public int Calls { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Calls++;
            throw new InvalidOperationException("the log is full");
        }

        public void Dispose()
        {
        }
    }
}
