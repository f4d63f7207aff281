using System.Diagnostics.CodeAnalysis;
using AgentFlow.Policies;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;

namespace AgentFlow;

/// <summary>
/// How a step is executed: <c>o =&gt; o.Retry(3).Timeout(TimeSpan.FromSeconds(30)).Lane("ocr")</c>. Every method returns the
/// same instance. Used during building only, not thread-safe, frozen afterwards.
/// </summary>
/// <remarks>
/// Order around a body, outermost first: fallback, cache, retry, circuit breaker, hedging, slot of the lane, timeout.
/// Retry, circuit breaker, hedging and timeout are Polly strategies.
/// </remarks>
/// <typeparam name="TIn">What the step takes.</typeparam>
/// <typeparam name="TOut">What the step yields.</typeparam>
public sealed partial class StepOptions<TIn, TOut>
{
    private readonly List<string> _signature;
    private readonly List<Action<ResiliencePipelineBuilder<TOut>>> _strategies = [];
    private StepPlan _plan;

    internal StepOptions(StepPlan plan)
    {
        _plan = plan;
        _signature = plan.Signature.Length == 0 ? [] : [plan.Signature];
    }

    internal Step<TIn, TOut>? FallbackStep { get; private set; }

    internal Func<TIn, string>? CacheKey { get; private set; }

    internal TimeSpan CacheFor { get; private set; }

    /// <summary>Retries a failed body with exponential back-off and jitter.</summary>
    /// <param name="retries">Additional attempts after the first, at least 1.</param>
    /// <param name="delay">The first back-off, doubled each time; 1 second when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one retry, or a negative delay.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Polly validates the properties of its options, not of the result.")]
    public StepOptions<TIn, TOut> Retry(int retries, TimeSpan? delay = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retries, 1);
        var first = delay ?? TimeSpan.FromSeconds(1);
        ArgumentOutOfRangeException.ThrowIfLessThan(first, TimeSpan.Zero, nameof(delay));
        _plan = _plan with { Retries = (1 + _plan.Retries) * (1 + retries) - 1, RetryDelay = first };
        return Add($"retry={retries}", builder => builder.AddRetry(new RetryStrategyOptions<TOut>
        {
            MaxRetryAttempts = retries,
            Delay = first,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = first > TimeSpan.Zero,
            ShouldHandle = static arguments => ValueTask.FromResult(Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
        }));
    }

    /// <summary>Cancels an attempt after a time, and walks away from a body that ignores its token: its late outcome is dropped
    /// and counted, its slot stays taken until it returns. On a flow: cancels the attempt's scope.</summary>
    /// <param name="timeout">More than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public StepOptions<TIn, TOut> Timeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        _plan = _plan with { Timeout = timeout };
        _signature.Add($"timeout={timeout}");
        return this;
    }

    /// <summary>Stops calling a body that keeps failing, for a while. The circuit is shared by all runs of one runtime.</summary>
    /// <param name="failureRatio">The share of failures that opens the circuit, more than 0 and at most 1.</param>
    /// <param name="minimumThroughput">Calls within the sampling time before the ratio counts, at least 2.</param>
    /// <param name="breakDuration">How long it stays open, at least half a second.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Polly validates the properties of its options, not of the result.")]
    public StepOptions<TIn, TOut> CircuitBreaker(double failureRatio = 0.5, int minimumThroughput = 10, TimeSpan? breakDuration = null) =>
        Add("circuit-breaker", builder => builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<TOut>
        {
            FailureRatio = failureRatio,
            MinimumThroughput = minimumThroughput,
            BreakDuration = breakDuration ?? TimeSpan.FromSeconds(5),
            ShouldHandle = static arguments => ValueTask.FromResult(Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
        }));

    /// <summary>Starts a second attempt when the first one has not answered in time; the first success wins.</summary>
    /// <param name="after">How long to wait before each further attempt.</param>
    /// <param name="attempts">Further attempts at the most, 1 to 10.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Polly validates the properties of its options, not of the result.")]
    public StepOptions<TIn, TOut> Hedge(TimeSpan after, int attempts = 1)
    {
        _plan = _plan with { Hedged = true };
        return Add("hedge", builder => builder.AddHedging(new HedgingStrategyOptions<TOut>
        {
            Delay = after,
            MaxHedgedAttempts = attempts,
            ShouldHandle = static arguments => ValueTask.FromResult(Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
        }));
    }

    /// <summary>Adds Polly strategies of your own around the attempts, inside those added before.</summary>
    /// <param name="configure">Adds the strategies.</param>
    public StepOptions<TIn, TOut> Resilient(Action<ResiliencePipelineBuilder<TOut>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add("resilient", configure);
    }

    /// <summary>Runs each attempt under a named limit of the runtime. On a flow or agent: the default lane of the effects inside.</summary>
    /// <param name="name">A lane of <see cref="Scheduling.SchedulerOptions"/>.</param>
    public StepOptions<TIn, TOut> Lane(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _plan = _plan with { Lane = name };
        _signature.Add($"lane={name}");
        return this;
    }

    /// <summary>Declares what repeating the body would mean.</summary>
    /// <param name="effect">The class.</param>
    public StepOptions<TIn, TOut> Effect(EffectClass effect)
    {
        _plan = _plan with { Effect = effect };
        return this;
    }

    /// <summary>Says what the step does in the policies' terms, when it is more than a step: it reads or writes memory, or hands off.</summary>
    /// <param name="operation">A memory operation, a hand-off, or <see cref="PolicyOperation.RunStep"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another operation: those belong to runs, agents, models and tools.</exception>
    public StepOptions<TIn, TOut> JudgedAs(PolicyOperation operation)
    {
        if (operation is not (PolicyOperation.RunStep or PolicyOperation.ReadMemory or PolicyOperation.WriteMemory or PolicyOperation.HandOff))
        {
            throw new ArgumentOutOfRangeException(nameof(operation), operation, "A step is judged as RunStep, ReadMemory, WriteMemory or HandOff; the other operations belong to runs, agents, models and tools.");
        }

        _plan = _plan with { Operation = operation };
        return this;
    }

    /// <summary>Marks every result of the step with where it comes from.</summary>
    /// <param name="label">Joined with the label of what the step has seen.</param>
    public StepOptions<TIn, TOut> Source(Label label)
    {
        ArgumentNullException.ThrowIfNull(label);
        _plan = _plan with { Source = label };
        return this;
    }

    /// <summary>Runs another step with the same input when this one has failed for good. The choice is a decision in the journal.</summary>
    /// <param name="step">The substitute. Its name must differ from the step's.</param>
    public StepOptions<TIn, TOut> Fallback(Step<TIn, TOut> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        FallbackStep = step;
        return this;
    }

    /// <summary>Reuses a result of an earlier run for the same key, from the runtime's cache. A hit is a decision in the journal.</summary>
    /// <param name="key">Pure; the same key means the same result.</param>
    /// <param name="duration">How long a result may be reused, more than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not positive.</exception>
    public StepOptions<TIn, TOut> Cache(Func<TIn, string> key, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        (CacheKey, CacheFor) = (key, duration);
        return this;
    }

    internal StepPlan Freeze()
    {
        if (_strategies.Count == 0) return _plan with { Signature = Signature() };
        var strategies = _strategies.ToArray();
        if (_plan.Resilience is { } inner)
        {
            return _plan with
            {
                Signature = Signature(),
                Resilience = time => Resilience.Build([.. strategies, builder => builder.AddPipeline((ResiliencePipeline<TOut>)inner(time))], time),
            };
        }

        return _plan with { Signature = Signature(), Resilience = time => Resilience.Build(strategies, time) };
    }

    private string Signature() => string.Join("; ", _signature.Order(StringComparer.Ordinal));

    private StepOptions<TIn, TOut> Add(string signature, Action<ResiliencePipelineBuilder<TOut>> strategy)
    {
        _signature.Add(signature);
        _strategies.Add(strategy);
        return this;
    }
}
