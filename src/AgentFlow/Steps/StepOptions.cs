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
    private readonly List<(Layer Layer, Action<ResiliencePipelineBuilder<TOut>> Add)> _strategies = [];
    private StepPlan _plan;

    internal StepOptions(StepPlan plan)
    {
        _plan = plan;
        _signature = plan.Signature.Length == 0 ? [] : [plan.Signature];
    }

    internal Step<TIn, TOut>? FallbackStep { get; private set; }

    internal CacheRule<TIn>? Caching { get; private set; }

    internal bool IsShown { get; private set; }

    internal string? ShownName { get; private set; }

    /// <summary>Retries a failed body with exponential back-off and jitter.</summary>
    /// <param name="retries">Additional attempts after the first, at least 1.</param>
    /// <param name="delay">The first back-off, doubled each time, up to a day; 1 second when not given.</param>
    /// <param name="when">
    /// Which failures are worth another attempt, beside the engine's own rule (no refusal, no cancellation): given the body's exception, or
    /// Polly's <see cref="Polly.Timeout.TimeoutRejectedException"/> after a time limit; on a flow the exception that left it, mostly an
    /// <see cref="EffectFailedException"/>. Default: every failure.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one retry, a negative delay or one of more than a day.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Polly validates the properties of its options, not of the result.")]
    public StepOptions<TIn, TOut> Retry(int retries, TimeSpan? delay = null, Func<Exception, bool>? when = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retries, 1);
        var first = OptionRange.Delay(delay ?? TimeSpan.FromSeconds(1), nameof(delay));
        _plan = _plan with { Retries = (int)Math.Min(int.MaxValue, (1L + _plan.Retries) * (1L + retries) - 1), RetryDelay = first, RetryWhen = _plan.Retries == 0 ? when : Either(_plan.RetryWhen, when) };
        return Add(Layer.Retry, $"retry={retries}", builder => builder.AddRetry(new RetryStrategyOptions<TOut>
        {
            MaxRetryAttempts = retries,
            Delay = first,
            MaxDelay = OptionRange.Day,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = first > TimeSpan.Zero && builder.TimeProvider is not IManualClock,
            ShouldHandle = arguments => ValueTask.FromResult(
                Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken) && when?.Invoke(arguments.Outcome.Exception!) != false),
        }));
    }

    /// <summary>Cancels an attempt after a time, and walks away from a body that ignores its token: its late outcome is dropped
    /// and counted, its slot stays taken until it returns. On a flow: cancels the attempt's scope.</summary>
    /// <param name="timeout">10 milliseconds to 3650 days; on an effect at most a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is shorter or longer.</exception>
    public StepOptions<TIn, TOut> Timeout(TimeSpan timeout)
    {
        _plan = _plan with { Timeout = OptionRange.Timeout(timeout, OptionRange.Longest, nameof(timeout)) };
        _signature.Add($"timeout={timeout}");
        return this;
    }

    /// <summary>Stops calling a body that keeps failing, for a while. The circuit is shared by all runs of one runtime.</summary>
    /// <param name="failureRatio">The share of failures that opens the circuit, more than 0 and at most 1.</param>
    /// <param name="minimumThroughput">Calls within the sampling time before the ratio counts, at least 2.</param>
    /// <param name="breakDuration">How long it stays open, half a second to a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Polly validates the properties of its options, not of the result.")]
    public StepOptions<TIn, TOut> CircuitBreaker(double failureRatio = 0.5, int minimumThroughput = 10, TimeSpan? breakDuration = null)
    {
        if (!(failureRatio > 0 && failureRatio <= 1)) throw new ArgumentOutOfRangeException(nameof(failureRatio), failureRatio, "Use a share of more than 0 and at most 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumThroughput, 2);
        var pause = OptionRange.Within(breakDuration ?? TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(500), OptionRange.Day, nameof(breakDuration));
        return Add(Layer.CircuitBreaker, "circuit-breaker", builder => builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<TOut>
        {
            FailureRatio = failureRatio,
            MinimumThroughput = minimumThroughput,
            BreakDuration = pause,
            ShouldHandle = static arguments => ValueTask.FromResult(Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
        }));
    }

    /// <summary>Starts a second attempt when the first one has not answered in time; the first success wins.</summary>
    /// <param name="after">How long to wait before each further attempt, up to a day.</param>
    /// <param name="attempts">Further attempts at the most, 1 to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Polly validates the properties of its options, not of the result.")]
    public StepOptions<TIn, TOut> Hedge(TimeSpan after, int attempts = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attempts, 10);
        OptionRange.Delay(after, nameof(after));
        _plan = _plan with { Hedged = true };
        return Add(Layer.Hedging, "hedge", builder => builder.AddHedging(new HedgingStrategyOptions<TOut>
        {
            Delay = after,
            MaxHedgedAttempts = attempts,
            ShouldHandle = static arguments => ValueTask.FromResult(Resilience.MayRepeat(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
        }));
    }

    /// <summary>
    /// Adds Polly strategies of your own around the attempts, inside those added before. Not for
    /// <see cref="EffectClass.Irreversible"/> effects: nobody can see whether the strategies repeat.
    /// </summary>
    /// <param name="configure">Adds the strategies.</param>
    public StepOptions<TIn, TOut> Resilient(Action<ResiliencePipelineBuilder<TOut>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _plan = _plan with { IsCustom = true };
        return Add(Layer.Custom, "resilient", configure);
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
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public StepOptions<TIn, TOut> Effect(EffectClass effect)
    {
        _plan = _plan with { Effect = OptionRange.Defined(effect, nameof(effect)) };
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

    /// <summary>Lets later agents see what the step yields, when they are built to: <see cref="AgentBuilder{TIn,TOut}.Sees"/>.</summary>
    /// <param name="name">What it is called; the step's name when not given.</param>
    public StepOptions<TIn, TOut> Show(string? name = null)
    {
        if (name is not null) ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (IsShown, ShownName) = (true, name);
        return this;
    }

    /// <summary>
    /// Who says what became of an <see cref="EffectClass.Irreversible"/> effect that had been started when its process stopped, instead of
    /// <see cref="FlowRuntimeOptions.UncertainRole"/> and <see cref="FlowRuntimeOptions.UncertainTerms"/>. Not a part of the fingerprint: it
    /// counts from the next question on.
    /// </summary>
    /// <param name="role">In the host's terms; anybody when not given.</param>
    /// <param name="terms">Who not, until when and who is asked next. After the last deadline the effect fails with the error type <c>Uncertain</c>.</param>
    /// <exception cref="InvalidOptionException">The terms demand more than one person, or are out of their range.</exception>
    public StepOptions<TIn, TOut> WhenUncertain(string? role = null, Approvals.RequestTerms? terms = null)
    {
        _plan = _plan with { Uncertain = UncertainRule.Create(role, terms, nameof(WhenUncertain)) };
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
    /// <param name="step">The substitute; runs at <c>step/(fallback)/substitute</c>.</param>
    /// <exception cref="InvalidOperationException">A fallback is given already.</exception>
    public StepOptions<TIn, TOut> Fallback(Step<TIn, TOut> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (FallbackStep is { } other) throw new InvalidOperationException($"Fallback is given twice, '{other.Name}' and '{step.Name}'. A chain is a fallback of the fallback: o.Fallback({other.Name}.With(p => p.Fallback({step.Name}))).");
        FallbackStep = step;
        return this;
    }

    /// <summary>Reuses a result of an earlier run for the same key, from the runtime's cache. A hit is a decision in the journal. Not for
    /// <see cref="EffectClass.Irreversible"/> effects, and not around flows and agents that have them.</summary>
    /// <remarks>
    /// Results stay among the runs of one tenant; of one user and project where the principal has no tenant. Before a hit the policies are
    /// asked as before the call it saves, and about the result; the result's label comes along with it.
    /// </remarks>
    /// <param name="key">Pure; the same key means the same result.</param>
    /// <param name="duration">How long a result may be reused, more than zero and at most 3650 days.</param>
    /// <param name="shared">Whether all tenants and users share the results: for what depends on the key alone and is nobody's secret.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is shorter or longer.</exception>
    /// <exception cref="InvalidOperationException">A cache is given already.</exception>
    public StepOptions<TIn, TOut> Cache(Func<TIn, string> key, TimeSpan duration, bool shared = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Caching is not null) throw new InvalidOperationException("Cache is given twice. Leave one of them out.");
        Caching = new(key, OptionRange.Within(duration, TimeSpan.FromTicks(1), OptionRange.Longest, nameof(duration)), shared);
        return this;
    }

    internal StepPlan Freeze()
    {
        if (_strategies.Count == 0) return _plan with { Signature = Signature() };
        var strategies = _strategies.OrderBy(strategy => strategy.Layer).Select(strategy => strategy.Add).ToArray();
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

    /// <summary>What two retries around each other repeat.</summary>
    private static Func<Exception, bool>? Either(Func<Exception, bool>? first, Func<Exception, bool>? second) =>
        first is null || second is null ? null : exception => first(exception) || second(exception);

    private string Signature() => string.Join("; ", _signature.Order(StringComparer.Ordinal));

    private StepOptions<TIn, TOut> Add(Layer layer, string signature, Action<ResiliencePipelineBuilder<TOut>> strategy)
    {
        _signature.Add(signature);
        _strategies.Add((layer, strategy));
        return this;
    }

    /// <summary>What stands around a body, outermost first, whatever the order of the calls.</summary>
    private enum Layer
    {
        Retry,
        CircuitBreaker,
        Hedging,
        Custom,
    }
}
