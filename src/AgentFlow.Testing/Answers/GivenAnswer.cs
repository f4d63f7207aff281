using AgentFlow.Approvals;

namespace AgentFlow.Testing;

/// <summary>An answer that is due.</summary>
/// <param name="Request">What it answers.</param>
/// <param name="Give">Gives it.</param>
/// <param name="Source">Where it comes from, for messages.</param>
internal sealed record GivenAnswer(ApprovalRequest Request, Func<RequestInbox, Task> Give, string Source)
{
    internal static GivenAnswer Of(ApprovalRequest request, ApprovalDecision decision, string source) =>
        new(request, inbox => inbox.ResolveAsync(request.Id, decision).AsTask(), source);
}

/// <summary>Who answers the open requests of a runtime under test.</summary>
internal interface IAnswerer
{
    /// <summary>The answers that are due now. An answer that is due later has armed a timer.</summary>
    /// <param name="open">The open requests, oldest first.</param>
    IReadOnlyList<GivenAnswer> Take(IReadOnlyList<ApprovalRequest> open);
}
