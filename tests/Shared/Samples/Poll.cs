namespace AgentFlow.Tests.Samples;

/// <summary>Asks another process until it says so: nothing there can call back.</summary>
internal static class Poll
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()), static holds => holds);

    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var value = await ask();
            if (holds(value)) return value;
            if (TimeProvider.System.GetElapsedTime(started) > Limit) Assert.Fail($"It did not come to hold: {value}");
            await Task.Delay(Pause);
        }
    }
}
