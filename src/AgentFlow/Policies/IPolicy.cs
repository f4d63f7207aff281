namespace AgentFlow.Policies;

/// <summary>What is judged.</summary>
public enum PolicyOperation
{
    /// <summary>A run is started.</summary>
    StartRun,

    /// <summary>A suspended run continues.</summary>
    ResumeRun,

    /// <summary>A step's body runs.</summary>
    RunStep,

    /// <summary>An agent is invoked by a flow or by another agent.</summary>
    InvokeAgent,

    /// <summary>A model is called.</summary>
    CallModel,

    /// <summary>A tool is called.</summary>
    CallTool,

    /// <summary>Memory is read.</summary>
    ReadMemory,

    /// <summary>Memory is written.</summary>
    WriteMemory,

    /// <summary>An agent hands control to another.</summary>
    HandOff,

    /// <summary>Somebody answers a request.</summary>
    AnswerRequest,

    /// <summary>The run's result leaves the run.</summary>
    EmitResult,

    /// <summary>An operator pauses or continues a run, or stands in for an effect. The content is the act, the target its path.</summary>
    OperateRun,

    /// <summary>Somebody sends a signal to a run. The content is its value.</summary>
    ReceiveSignal,
}

/// <summary>When it is judged.</summary>
public enum PolicyPhase
{
    /// <summary>Before anything happens. The content is the input.</summary>
    Request,

    /// <summary>Before another attempt; a budget that would be exceeded reserves again here. The content is the input.</summary>
    Retry,

    /// <summary>After the operation, whatever came of it, for every policy that was asked before: settle what was reserved. The
    /// decision is ignored. The content is the result, if there is one.</summary>
    Settle,

    /// <summary>Before the result is handed on. The content is the result.</summary>
    Result,
}

/// <summary>
/// A handler the host plugs in: it is asked at the one gate that every effect passes. Deny overrides everything, a question
/// to a human overrides allow, no policy means allow; a policy that throws denies.
/// </summary>
/// <remarks>Called concurrently for many runs: implementations are thread-safe. State for one operation goes through
/// <see cref="PolicyDecision.WithState"/>.</remarks>
public interface IPolicy
{
    /// <summary>The name that entries, errors and reports use.</summary>
    string Name { get; }

    /// <summary>Whether the policy wants to be asked. Constant over the life of the runtime, and read once.</summary>
    /// <param name="operation">What is judged.</param>
    /// <param name="phase">When.</param>
    bool Covers(PolicyOperation operation, PolicyPhase phase);

    /// <summary>Decides.</summary>
    /// <param name="request">Trusted facts and untrusted content, in separate fields.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken);
}
