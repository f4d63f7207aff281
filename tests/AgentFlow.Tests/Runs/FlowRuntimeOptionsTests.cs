namespace AgentFlow.Tests.Runs;

public class FlowRuntimeOptionsTests
{
    public static TheoryData<string, Action<FlowRuntimeOptions>, string> Wrong => new()
    {
        { "CancellationGrace", o => o.CancellationGrace = TimeSpan.FromSeconds(-1), "-00:00:01. Use zero or more." },
        { "SuspendLinger", o => o.SuspendLinger = TimeSpan.FromTicks(-1), "-00:00:00.0000001. Use zero or more." },
        { "CancellationGrace", o => o.CancellationGrace = TimeSpan.FromDays(50), "50.00:00:00. Use 49 days or less: timers do not wait longer." },
        { "SuspendLinger", o => o.SuspendLinger = TimeSpan.MaxValue, "10675199.02:48:05.4775807. Use 49 days or less: timers do not wait longer." },
        { "EventCapacity", o => o.EventCapacity = 15, "15. Use 16 or more." },
        { "KeepEndedRuns", o => o.KeepEndedRuns = -1, "-1. Use 0 or more." },
        { "KeepEndedRunsWithId", o => o.KeepEndedRunsWithId = -1, "-1. Use 0 or more." },
        { "MaxPayloadBytes", o => o.MaxPayloadBytes = 1023, "1023. Use 1024 or more." },
        { "CacheCapacity", o => o.CacheCapacity = 0, "0. Use 1 or more." },
        { "MaxEntries", o => o.MaxEntries = 15, "15. Use 16 or more." },
        { "MaxDepth", o => o.MaxDepth = 0, "0. Use 1 or more." },
        { "MaxDepth", o => o.MaxDepth = 10_001, "10001. Use 10000 or less: every scope takes a part of the stack." },
        { "Time", o => o.Time = null!, "null. Leave the default, or set your own." },
        { "Dispatcher", o => o.Dispatcher = null!, "null. Leave the default, or set your own." },
        { "SerializerOptions", o => o.SerializerOptions = null!, "null. Leave the default, or set your own." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_out_of_range_is_an_error_that_names_option_value_and_cure(string option, Action<FlowRuntimeOptions> spoil, string message)
    {
        var options = new FlowRuntimeOptions();
        spoil(options);
        var error = Assert.Throws<InvalidOptionException>(() => new FlowRuntime(options));
        Assert.Equal($"FlowRuntimeOptions.{option}", error.Option);
        Assert.Equal($"FlowRuntimeOptions.{option} is {message}", error.Message);
    }

    [Fact]
    public async Task The_least_values_are_accepted()
    {
        await using var runtime = new FlowRuntime(new()
        {
            CancellationGrace = TimeSpan.Zero, SuspendLinger = TimeSpan.Zero, EventCapacity = 16, KeepEndedRuns = 0, KeepEndedRunsWithId = 0, MaxPayloadBytes = 1024, CacheCapacity = 1, MaxDepth = 1,
        });
        Assert.Empty(runtime.Runs);
    }
}
