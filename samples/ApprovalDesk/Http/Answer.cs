using AgentFlow;
using AgentFlow.Approvals;

namespace ApprovalDesk;

/// <summary>What somebody does with a request.</summary>
/// <param name="Act">approve, reject, change, happened; claim, release, delegate, escalate.</param>
/// <param name="Digest">Of what they have seen.</param>
/// <param name="Amount">The lower amount of a change.</param>
/// <param name="Receipt">The bank's receipt of a payment that has happened.</param>
/// <param name="To">Whom it is delegated to.</param>
internal sealed record Answer(string Act, string? Digest = null, string? Reason = null, decimal? Amount = null, string? Receipt = null, string? To = null)
{
    /// <exception cref="ArgumentException">Something is missing.</exception>
    public ApprovalDecision ToDecision(RequestInbox inbox, ApprovalRequest? request, Principal by, string? key)
    {
        if (string.IsNullOrWhiteSpace(Digest)) throw new ArgumentException("An answer carries the \"digest\" of what you have seen.");
        var decision = Act switch
        {
            "approve" => ApprovalDecision.Approve(by, Reason),
            "reject" when Reason is not null => ApprovalDecision.Reject(Reason, by),
            "reject" => throw new ArgumentException("Say why: \"reason\"."),
            "change" when request is { Kind: RequestKind.Approval } => ApprovalDecision.Modify(Change(inbox.ValueOf<Refund>(request)), by, Reason),
            "happened" => ApprovalDecision.Answer(new Receipt(Receipt ?? throw new ArgumentException("Give the bank's \"receipt\".")), by),
            _ => throw new ArgumentException($"There is no act '{Act}' for this request: approve, reject, change, happened, claim, release, delegate or escalate."),
        };
        return key is null ? decision.About(Digest) : decision.About(Digest).WithKey(key);
    }

    /// <summary>Nothing but the amount may be changed, and only downwards: an order is what it is.</summary>
    private Refund Change(Refund shown) => Amount is { } amount && amount > 0 && amount < shown.Amount
        ? shown with { Amount = amount }
        : throw new ArgumentException($"Give an \"amount\" between 0 and {shown.Amount}.");
}

/// <summary>After a crash in the middle of a payment, somebody looks into the ledger. The flow demands no role for that, the desk does.</summary>
internal static class Operators
{
    public const string Demand = "What became of a payment is for somebody with the role 'operator' to find out.";

    public static bool MayAnswer(ApprovalRequest request, Principal caller) => request.Kind != RequestKind.UncertainEffect || caller.Roles.Contains("operator");
}
