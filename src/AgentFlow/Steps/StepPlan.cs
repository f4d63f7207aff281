using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>The frozen form of <see cref="StepOptions{TIn,TOut}"/>: what the gate reads, nothing it must compute.</summary>
internal sealed record StepPlan
{
    public static readonly StepPlan Default = new();

    public EffectClass Effect { get; init; } = EffectClass.Idempotent;

    /// <summary>What the policies judge when the step runs.</summary>
    public PolicyOperation Operation { get; init; } = PolicyOperation.RunStep;

    /// <summary>Additional attempts after the first one.</summary>
    public int Retries { get; init; }

    public TimeSpan RetryDelay { get; init; }

    /// <summary>Which failures are repeated; null for every one that may be.</summary>
    public Func<Exception, bool>? RetryWhen { get; init; }

    public TimeSpan? Timeout { get; init; }

    public string? Lane { get; init; }

    public bool Hedged { get; init; }

    /// <summary>Whether strategies of the host's own stand around the attempts: nobody can see whether they repeat.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Whether the step itself may demand a human's approval.</summary>
    public bool MayAsk { get; init; }

    /// <summary>Who says what became of the effect when it was cut off; null for the runtime's rule.</summary>
    public UncertainRule? Uncertain { get; init; }

    /// <summary>What every result of the step carries in addition to the label of its scope.</summary>
    public Label? Source { get; init; }

    /// <summary>Builds the Polly pipeline around the attempts for one runtime (its clock), or null for a single attempt.</summary>
    public Func<TimeProvider, object>? Resilience { get; init; }

    /// <summary>Option names and values in a fixed order, for the fingerprint.</summary>
    public string Signature { get; init; } = "";

    /// <summary>Whether the options would repeat what must not happen twice: a definition error.</summary>
    public bool RepeatsIrreversible => Effect == EffectClass.Irreversible && (Retries > 0 || Hedged || IsCustom);

    /// <summary>Whether another attempt follows a failed one.</summary>
    public bool Repeats(int attempt, Exception exception, CancellationToken cancellationToken) =>
        attempt <= Retries && AgentFlow.Resilience.MayRepeat(exception, cancellationToken) && RetryWhen?.Invoke(exception) != false;

    /// <summary>Whether a single effect may take longer than the strategies can wait.</summary>
    public bool IsTooPatient => Timeout > TimeSpan.FromDays(1);

    /// <summary>Whether the gate may call the body directly when the run needs nothing either.</summary>
    public bool IsPlain => Effect != EffectClass.Irreversible && Timeout is null && Lane is null && Source is null && Resilience is null && !MayAsk;
}
