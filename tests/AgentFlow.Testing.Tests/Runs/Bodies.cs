namespace AgentFlow.Testing.Tests.Runs;

/// <summary>Steps that take time, virtual or real.</summary>
internal static class Bodies
{
    internal static Step<int, int> Sleep(string name, int milliseconds) => Step.Create<int, int>(name, async ValueTask<int> (x, context) =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), context.Time, context.CancellationToken);
        return x + milliseconds;
    });

    internal static Step<int, int> Yield(string name, int times) => Step.Create<int, int>(name, async ValueTask<int> (x, _) =>
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
        }

        return x + 1;
    });

    internal static Flow<int, int> Chain(string name, params int[] milliseconds) => Flow.FromCode<int, int>(name, async (x, context) =>
    {
        foreach (var (time, i) in milliseconds.Select(static (time, i) => (time, i)))
        {
            x = await context.RunAsync(Sleep($"s{i}", time), x);
        }

        return x;
    });

    internal static Flow<int, int[]> Both(string name, Step<int, int> first, Step<int, int> second) =>
        Flow.FromCode<int, int[]>(name, async (x, context) =>
            [.. await context.AllAsync<int>(branch => branch.RunAsync(first, x), branch => branch.RunAsync(second, x))]);
}
