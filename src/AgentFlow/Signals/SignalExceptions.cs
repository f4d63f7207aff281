using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>A signal carries another type of value than the wait that takes it.</summary>
/// <remarks>
/// Whoever sends a signal that is waited for gets it, and the wait stays open. A signal that came before the flow waited has been
/// accepted: the flow gets the exception then, and the signal is used up.
/// </remarks>
public sealed class SignalMismatchException : EffectFailedException
{
    /// <summary>The <see cref="EffectFailedException.ErrorType"/> of every mismatch.</summary>
    public const string Type = "SignalMismatch";

    internal SignalMismatchException(SignalReceivedEntry signal, StepPath path, Type expected, Exception? innerException = null)
        : base(Type, $"signal '{signal.Signal}' carries a {signal.ValueType}{(innerException is null ? "" : " that cannot be read as such")}, the wait at '{path}' takes a {TypeNames.Short(expected)}. Send a {TypeNames.Short(expected)}, or its JSON as a JsonElement.", path, innerException)
    {
        Signal = signal.Signal;
        Expected = TypeNames.Short(expected);
        Given = signal.ValueType;
    }

    /// <summary>The name of the signal.</summary>
    public string Signal { get; }

    /// <summary>The type that the wait takes.</summary>
    public string Expected { get; }

    /// <summary>The type that was sent.</summary>
    public string Given { get; }
}

/// <summary>A signal did not come in time.</summary>
public sealed class SignalTimeoutException : EffectFailedException
{
    /// <summary>The <see cref="EffectFailedException.ErrorType"/> of every wait that was given up.</summary>
    public const string Type = "SignalTimeout";

    internal SignalTimeoutException(string signal, TimeSpan timeout, StepPath path)
        : base(Type, $"signal '{signal}' did not come within {timeout}", path)
    {
        Signal = signal;
        Timeout = timeout;
    }

    /// <summary>The name of the signal.</summary>
    public string Signal { get; }

    /// <summary>How long the flow waited.</summary>
    public TimeSpan Timeout { get; }
}

/// <summary>Nobody knows a run with this id: there never was one, or it has ended and is no longer kept.</summary>
public sealed class RunNotFoundException : AgentFlowException
{
    internal RunNotFoundException(RunId runId)
        : base($"Run {runId} is unknown: there never was one, or it has ended and is no longer kept.") => RunId = runId;

    /// <summary>The id that was given.</summary>
    public RunId RunId { get; }
}

/// <summary>The run has ended: nothing reaches it any more.</summary>
public sealed class RunEndedException : AgentFlowException
{
    internal RunEndedException(RunId runId, RunStatus status)
        : base($"Run {runId} has ended ({status}): nothing reaches it any more.")
    {
        RunId = runId;
        Status = status;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>How it ended.</summary>
    public RunStatus Status { get; }
}
