using AgentFlow;
using AgentFlow.Approvals;

namespace InsuranceClaims;

/// <summary>Answers in place of a person: everything, or nothing.</summary>
internal sealed class FixedApprover(bool approve) : IApprover
{
    /// <summary>Null for <see cref="ApproveMode.Ask"/>: requests wait until the terminal has shown them.</summary>
    public static FixedApprover? For(ApproveMode mode) => mode == ApproveMode.Ask ? null : new(mode == ApproveMode.All);

    public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) => new(approve
        ? ApprovalDecision.Approve(Somebody("--approve all", request))
        : ApprovalDecision.Reject("Left to an adjuster, unpaid.", Somebody("--approve none", request)));

    /// <summary>Whoever starts the program with the switch answers for everybody.</summary>
    private static Principal Somebody(string name, ApprovalRequest request) =>
        new(name) { Roles = request.Role is null ? new HashSet<string>() : new HashSet<string> { request.Role } };
}
