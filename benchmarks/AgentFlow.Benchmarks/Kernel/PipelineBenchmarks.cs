using BenchmarkDotNet.Attributes;

namespace AgentFlow.Benchmarks;

/// <summary>A pipeline of ten effects beside the bare limit: the same ten bodies awaited directly.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private const int Steps = 10;
    private readonly FlowRuntime _runtime = new();
    private readonly Flow<int, int> _flow = Pipelines.Of(Steps);

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public ValueTask<int> AwaitedCalls() => Pipelines.AwaitBodies(Steps, 1);

    [Benchmark(OperationsPerInvoke = Steps)]
    public ValueTask<int> Flow() => _runtime.RunAsync(_flow, 1);
}
