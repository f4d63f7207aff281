namespace AgentFlow.Benchmarks;

/// <summary>What is measured, and against which limit.</summary>
internal static class Rows
{
    private static readonly FlowRuntime Runtime = new();

    public static IEnumerable<IRow> All() =>
    [
        Sequential(10, maxNanoseconds: 150, maxBytes: 200),
        Sequential(100, maxNanoseconds: 150, maxBytes: 200),
        InContainer(),
        Map(),
        EmptyRun(),
        FanOut(8),
        FanOut(100),
        FanOut(10_000),
        Loop(),
        Route(),
        AgentRows.OneToolRound(Runtime),
        AgentRows.ThreeInARow(Runtime),
        .. new PatternRows(Runtime).All(),
        new StepRow(maxRatio: 1.3),
        new AppendRow(64, minRatio: 0.6),
        new AppendRow(512, minRatio: 0.6),
        .. new SuspendedRows().All(),
    ];

    private static CodeRow Sequential(int steps, double maxNanoseconds, double maxBytes)
    {
        var flow = Pipelines.Of(steps);
        return new($"sequential, {steps} effects, per effect", steps,
            () => Pipelines.AwaitBodies(steps, 1).Result, () => Runtime.RunAsync(flow, 1).Result, maxNanoseconds, maxBytes);
    }

    /// <summary>Effects that could ask for services and do not: a container must not cost them the short way through the gate.</summary>
    private static CodeRow InContainer()
    {
        const int Steps = 100;
        var flow = Pipelines.Of(Steps);
        var runtime = new FlowRuntime(new() { Services = new NoServices() });
        return new("with a container, per effect", Steps,
            () => Pipelines.AwaitBodies(Steps, 1).Result, () => runtime.RunAsync(flow, 1).Result, 160, 250);
    }

    private static CodeRow Map()
    {
        const int Maps = 100;
        var builder = Flow.Start<int>("maps");
        for (var i = 0; i < Maps; i++) builder = builder.Map(static value => value + 1);
        var flow = builder.Build();
        Func<int, int> increment = static value => value + 1;
        return new("map, per map", Maps,
            () =>
            {
                var value = 1;
                for (var i = 0; i < Maps; i++) value = increment(value);
                return value;
            },
            () => Runtime.RunAsync(flow, 1).Result, 20, 12);
    }

    private static CodeRow EmptyRun()
    {
        var flow = Flow.FromCode<int, int>("empty", static (value, _) => new(value));
        return new("start, run and finish an empty run", 1, () => 1, () => Runtime.RunAsync(flow, 1).Result, 600, 1_000);
    }

    private static CodeRow FanOut(int branches)
    {
        var flow = Flow.Start<int>("fan-out")
            .FanOut(Enumerable.Range(0, branches).Select(i => Step.Create($"branch-{i}", Pipelines.Increment)))
            .Map(static results => results.Count)
            .Build();
        return new($"fan-out {branches}, per branch", branches,
            () =>
            {
                var sum = 0;
                for (var i = 0; i < branches; i++) sum += Pipelines.Increment(i, default).Result;
                return sum;
            },
            () => Runtime.RunAsync(flow, 1).Result, 300, 400);
    }

    private static CodeRow Loop()
    {
        const int Iterations = 100;
        var body = Flow.Start<int>("body").Then("one", Pipelines.Increment).Then("two", Pipelines.Increment).Build();
        var flow = Flow.Start<int>("looping").Loop("loop", body, static value => value >= 2 * Iterations, Iterations).Build();
        return new("loop, per iteration of two effects", Iterations,
            () => Pipelines.AwaitBodies(2 * Iterations, 0).Result, () => Runtime.RunAsync(flow, 0).Result, 600, 1_000);
    }

    private static CodeRow Route()
    {
        const int Routes = 100;
        var (odd, even) = (Step.Create("odd", Pipelines.Increment), Step.Create("even", Pipelines.Increment));
        var builder = Flow.Start<int>("routing");
        for (var i = 0; i < Routes; i++)
        {
            builder = builder.Route($"parity-{i}", static value => value % 2 == 0, r => r.Case(true, even).Case(false, odd));
        }

        var flow = builder.Build();
        return new("route, per decision with its effect", Routes,
            () => Pipelines.AwaitBodies(Routes, 0).Result, () => Runtime.RunAsync(flow, 0).Result, 400, 500);
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
