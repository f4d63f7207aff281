namespace AgentFlow.Benchmarks;

/// <summary>The flows under measurement and the bodies they are made of.</summary>
internal static class Pipelines
{
    public static readonly Func<int, StepContext, ValueTask<int>> Increment = static (value, _) => new(value + 1);

    public static Flow<int, int> Of(int steps)
    {
        var builder = Flow.Start<int>("pipeline");
        for (var i = 0; i < steps; i++) builder = builder.Then($"step-{i}", Increment);
        return builder.Build();
    }

    public static async ValueTask<int> AwaitBodies(int steps, int value)
    {
        for (var i = 0; i < steps; i++) value = await Increment(value, default).ConfigureAwait(false);
        return value;
    }
}
