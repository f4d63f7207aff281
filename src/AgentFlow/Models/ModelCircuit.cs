using Polly;
using Polly.CircuitBreaker;

namespace AgentFlow;

/// <summary>
/// Leaves out a model that keeps failing. Polly counts and opens; when it opened is kept here, because whoever can use another model does not
/// want to find out by calling this one. Thread-safe; one per runtime and model.
/// </summary>
internal sealed class ModelCircuit
{
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _pipeline;
    private long _openUntil = long.MinValue;

    public ModelCircuit(ModelCircuitOptions options, ModelRegistry models, TimeProvider time)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new()
        {
            FailureRatio = options.FailureRatio,
            MinimumThroughput = options.MinimumCalls,
            SamplingDuration = options.Sampling,
            BreakDuration = options.Pause,
            ShouldHandle = arguments => ValueTask.FromResult(
                Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken) && models.IsOutage(arguments.Outcome.Exception!)),
            OnOpened = arguments => Until(_time.GetUtcNow() + arguments.BreakDuration),
            OnClosed = _ => Until(DateTimeOffset.MinValue),
        }).Build();
    }

    /// <summary>Whether the model is left out now. After the pause one call may try it; the others find it still open and fall back.</summary>
    public bool IsOpen => _time.GetUtcNow().UtcTicks < Interlocked.Read(ref _openUntil);

    public ValueTask<T> CallAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> call, TState state, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync((arguments, token) => arguments.call(arguments.state, token), (call, state), cancellationToken);

    private ValueTask Until(DateTimeOffset date)
    {
        Interlocked.Exchange(ref _openUntil, date.UtcTicks);
        return default;
    }
}
