namespace AgentFlow.Benchmarks;

/// <summary>What is measured, and against which limit.</summary>
internal static class Rows
{
    public static IEnumerable<Row> All()
    {
        var runtime = new FlowRuntime();
        var pipeline = Pipelines.Of(10);
        yield return new("sequential, 10 effects, per effect", 10,
            () => Pipelines.AwaitBodies(10, 1).Result, () => runtime.RunAsync(pipeline, 1).Result, MaxNanosecondsOver: 150, MaxBytes: 200);

        var long_ = Pipelines.Of(100);
        yield return new("sequential, 100 effects, per effect", 100,
            () => Pipelines.AwaitBodies(100, 1).Result, () => runtime.RunAsync(long_, 1).Result, MaxNanosecondsOver: 150, MaxBytes: 200);

        var empty = Flow.FromCode<int, int>("empty", static (value, _) => new(value));
        yield return new("start, run and finish an empty run", 1,
            () => Pipelines.AwaitBodies(0, 1).Result, () => runtime.RunAsync(empty, 1).Result, MaxNanosecondsOver: 2_000, MaxBytes: 2_000);
    }
}
