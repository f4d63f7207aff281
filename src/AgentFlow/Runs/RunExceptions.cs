namespace AgentFlow;

/// <summary>
/// An effect failed for good. This is what flow code sees, live and replayed alike; <see cref="Exception.InnerException"/> is the
/// body's exception while the run is live, for logs only, and <see langword="null"/> on replay.
/// </summary>
public class EffectFailedException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="errorType">The full name of the failure's type.</param>
    /// <param name="message">The failure's message.</param>
    /// <param name="path">Where it happened.</param>
    /// <param name="innerException">The body's exception while the run is live.</param>
    public EffectFailedException(string errorType, string message, StepPath path, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorType = errorType;
        Path = path;
    }

    /// <summary>The full name of the exception's type, or a name of the engine's such as <c>Timeout</c> or <c>PolicyDenied</c>.</summary>
    public string ErrorType { get; }

    /// <summary>Where it happened.</summary>
    public StepPath Path { get; }

    /// <summary>Whether the body threw this type of exception (exactly this one), live or in the recorded run.</summary>
    /// <typeparam name="TException">The type.</typeparam>
    public bool Is<TException>()
        where TException : Exception => ErrorType == typeof(TException).FullName;
}

/// <summary>A policy refused an operation, or withheld its result.</summary>
public sealed class PolicyDeniedException : EffectFailedException
{
    /// <summary>The <see cref="EffectFailedException.ErrorType"/> of every refusal.</summary>
    public const string Type = "PolicyDenied";

    internal PolicyDeniedException(string reason, StepPath path, Exception? innerException = null)
        : base(Type, reason, path, innerException)
    {
    }

    /// <summary>Why. A model that called a tool sees it only when a policy said so, and not a human: see <see cref="IsRejection"/>.</summary>
    public string Reason => Message;

    /// <summary>Whether a human said no when asked for an approval. What a human wrote is for the host; a model is told no more than that it was rejected.</summary>
    public bool IsRejection { get; internal init; }
}

/// <summary>The run ended with an error.</summary>
public sealed class FlowRunFailedException : AgentFlowException
{
    internal FlowRunFailedException(RunId runId, StepPath path, string errorType, Exception cause)
        : base($"Run {runId} failed at '{path}': {errorType}: {cause.Message}", cause)
    {
        RunId = runId;
        Path = path;
        ErrorType = errorType;
    }

    /// <summary>The journal could not keep the run, or its end.</summary>
    internal static FlowRunFailedException NotKept(FlowRun run, Exception exception) => new(run.Id, run.RootPath, EffectOutcome.TypeOf(exception), exception);

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>Where it failed.</summary>
    public StepPath Path { get; }

    /// <summary>The full name of the failure's type, or a name of the engine's.</summary>
    public string ErrorType { get; }
}

/// <summary>The run was cancelled before it had a result.</summary>
public sealed class FlowRunCancelledException : OperationCanceledException
{
    internal FlowRunCancelledException(RunId runId, string reason, Exception? innerException = null)
        : base($"Run {runId} was cancelled: {reason}", innerException)
    {
        RunId = runId;
        Reason = reason;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }
}

/// <summary>
/// A replayed flow asked for something other than it had recorded. A run that goes on from a journal is held with it, and continues when the
/// flow is put right; a run in memory, and a fork whose edits lead elsewhere, fail.
/// </summary>
public class FlowNondeterminismException : AgentFlowException
{
    private const string Rules = "Flow code must reach time, ids, randomness and waiting only through its context, and a changed flow needs a new version.";

    internal FlowNondeterminismException(StepPath path, string recorded, string requested, string cure = Rules, Exception? innerException = null)
        : base($"Replay diverged at '{path}': recorded {recorded}, now {requested}. {cure}", innerException)
    {
        Path = path;
        Recorded = recorded;
        Requested = requested;
    }

    /// <summary>Where it diverged.</summary>
    public StepPath Path { get; }

    /// <summary>Whether the run need not end with it: mended outside of the run, it takes its way. A durable run is held then.</summary>
    internal bool IsCurable { get; init; }

    /// <summary>What the journal holds.</summary>
    public string Recorded { get; }

    /// <summary>What the flow asks for now.</summary>
    public string Requested { get; }
}

/// <summary>A flow used its context against the rules: a second call in flight, or a call after the flow had returned.</summary>
public sealed class FlowContextMisuseException : AgentFlowException
{
    internal FlowContextMisuseException(StepPath path, string message)
        : base($"'{path}': {message}") => Path = path;

    /// <summary>The scope.</summary>
    public StepPath Path { get; }
}
