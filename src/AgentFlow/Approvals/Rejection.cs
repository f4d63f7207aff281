using System.Diagnostics;

namespace AgentFlow.Approvals;

/// <summary>A value that a human has rejected, for the step that goes on with it.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Value">The value as it was shown.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who, in the host's terms; null when the answer did not say.</param>
[DebuggerDisplay("{Value} rejected by {By}: {Reason}")]
public sealed record Rejection<T>(T Value, string Reason, string? By);

/// <summary>A human rejected the value of an <c>Approve</c> that has no <c>onReject</c>.</summary>
public sealed class ApprovalRejectedException : AgentFlowException
{
    internal ApprovalRejectedException(ApprovalRequest request, ApprovalDecision decision)
        : base($"'{request.Path}': {decision.By ?? "somebody"} rejected it: {decision.Reason}. Give the Approve an onReject step to go on after a rejection.")
    {
        Request = request;
        Reason = decision.Reason ?? "";
        By = decision.By;
    }

    /// <summary>What was asked.</summary>
    public ApprovalRequest Request { get; }

    /// <summary>Why it was rejected.</summary>
    public string Reason { get; }

    /// <summary>Who rejected it, in the host's terms; null when the answer did not say.</summary>
    public string? By { get; }
}
