using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Steps;

/// <summary>Every option of a step is checked where it is written: parameter, value and range are in the message.</summary>
public class OptionRangeTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    public static TheoryData<string, string, Action<StepOptions<int, int>>> Wrong => new()
    {
        { "retries", "0", o => o.Retry(0) },
        { "retries", "-1", o => o.Retry(-1) },
        { "delay", "-00:00:00.0000001", o => o.Retry(1, -Tick) },
        { "delay", "1.00:00:00.0000001", o => o.Retry(1, Day + Tick) },
        { "timeout", "00:00:00", o => o.Timeout(TimeSpan.Zero) },
        { "timeout", "-00:00:01", o => o.Timeout(TimeSpan.FromSeconds(-1)) },
        { "timeout", "00:00:00.0090000", o => o.Timeout(TimeSpan.FromMilliseconds(9)) },
        { "timeout", "-00:00:00.0010000", o => o.Timeout(Timeout.InfiniteTimeSpan) },
        { "timeout", "10675199.02:48:05.4775807", o => o.Timeout(TimeSpan.MaxValue) },
        { "failureRatio", "0", o => o.CircuitBreaker(failureRatio: 0) },
        { "failureRatio", "1.5", o => o.CircuitBreaker(failureRatio: 1.5) },
        { "failureRatio", "NaN", o => o.CircuitBreaker(failureRatio: double.NaN) },
        { "minimumThroughput", "1", o => o.CircuitBreaker(minimumThroughput: 1) },
        { "breakDuration", "00:00:00.4990000", o => o.CircuitBreaker(breakDuration: TimeSpan.FromMilliseconds(499)) },
        { "breakDuration", "1.00:00:00.0000001", o => o.CircuitBreaker(breakDuration: Day + Tick) },
        { "attempts", "0", o => o.Hedge(Day, 0) },
        { "attempts", "11", o => o.Hedge(Day, 11) },
        { "after", "-00:00:00.0000001", o => o.Hedge(-Tick) },
        { "after", "1.00:00:00.0000001", o => o.Hedge(Day + Tick) },
        { "duration", "00:00:00", o => o.Cache(x => "", TimeSpan.Zero) },
        { "duration", "10675199.02:48:05.4775807", o => o.Cache(x => "", TimeSpan.MaxValue) },
        { "effect", "7", o => o.Effect((EffectClass)7) },
    };

    public static TheoryData<string, string, Action<ToolOptions>> WrongForTools => new()
    {
        { "retries", "0", o => o.Retry(0) },
        { "delay", "-00:00:00.0000001", o => o.Retry(1, -Tick) },
        { "delay", "1.00:00:00.0000001", o => o.Retry(1, Day + Tick) },
        { "timeout", "00:00:00.0090000", o => o.Timeout(TimeSpan.FromMilliseconds(9)) },
        { "timeout", "1.00:00:00.0000001", o => o.Timeout(Day + Tick) },
        { "effect", "7", o => o.Effect((EffectClass)7) },
    };

    public static TheoryData<string, Action<StepOptions<int, int>>> Bounds => new()
    {
        { "retry", o => o.Retry(1, TimeSpan.Zero) },
        { "most retries", o => o.Retry(int.MaxValue, TimeSpan.Zero).Retry(int.MaxValue, TimeSpan.Zero) },
        { "longest delay", o => o.Retry(1, Day) },
        { "shortest timeout", o => o.Timeout(TimeSpan.FromMilliseconds(10)) },
        { "longest timeout", o => o.Timeout(Day) },
        { "breaker", o => o.CircuitBreaker(double.Epsilon, 2, TimeSpan.FromMilliseconds(500)) },
        { "other breaker", o => o.CircuitBreaker(1, int.MaxValue, Day) },
        { "hedge", o => o.Hedge(TimeSpan.Zero, 10) },
        { "late hedge", o => o.Hedge(Day, 1) },
        { "short cache", o => o.Cache(x => $"{x}", Tick) },
        { "long cache", o => o.Cache(x => $"{x}", TimeSpan.FromDays(3650)) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_out_of_range_is_refused_where_it_is_written(string parameter, string value, Action<StepOptions<int, int>> set) =>
        AssertRefused(parameter, value, () => Step.Create<int, int>("step", (x, _) => x, set));

    [Theory]
    [MemberData(nameof(WrongForTools))]
    public void A_tools_value_too(string parameter, string value, Action<ToolOptions> set)
    {
        var written = Assert.ThrowsAny<ArgumentException>(() => Tool.From("tool", "…", (int x) => x, set));
        Assert.Contains(set.Method.Name, written.StackTrace, StringComparison.Ordinal);
        AssertRefused(parameter, value, () => Tool.From("tool", "…", (int x) => x, set));
    }

    /// <summary>What is accepted is accepted by the strategies as well: they check when they are made, at the first run.</summary>
    [Theory]
    [MemberData(nameof(Bounds))]
    public void The_bounds_themselves_run(string what, Action<StepOptions<int, int>> set)
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("flow").Then("step", (x, _) => new ValueTask<int>(x + 1), set).Build(), 1);
        test.Finish(run);
        Assert.True(run.Value() == 2, what);
    }

    private static void AssertRefused(string parameter, string value, Action write)
    {
        var error = Assert.ThrowsAny<ArgumentOutOfRangeException>(write);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.Equal(value, Convert.ToString(error.ActualValue is EffectClass effect ? (int)effect : error.ActualValue, System.Globalization.CultureInfo.InvariantCulture));
    }
}
