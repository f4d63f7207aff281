using System.Globalization;
using AgentFlow;
using AgentFlow.Approvals;

namespace ApprovalDesk;

/// <summary>From a request at the counter to money and a text for the customer.</summary>
internal static class RefundFlow
{
    public const string Name = "refund";

    private const decimal ClerkFrom = 50m;
    private const decimal ManagerFrom = 500m;

    // Nobody's holiday holds a refund: after two days the managers are asked.
    private static readonly RequestTerms ClerkTerms = new() { Deadline = TimeSpan.FromDays(2), Escalation = [Escalation.ToRole("manager")] };
    private static readonly RequestTerms ManagerTerms = new() { NotByAuthor = true };

    public static Flow<RefundRequest, string> Create(Orders orders, Bank bank) => Flow.Start<RefundRequest>(Name)
        .Then(orders.AsStep())
        .Then(PolicyCheck.Create(bank), (refund, opinion) => refund with { Opinion = opinion })
        .Approve("clerk", Decline(), refund => refund.Amount >= ClerkFrom || !refund.Opinion!.Covered, Ask, role: "clerk", ClerkTerms)
        .Approve("manager", Decline(), refund => refund.Declined is null && refund.Amount >= ManagerFrom, Ask, role: "manager", ManagerTerms)
        .Route("decision", refund => refund.Declined is null, decision => decision
            .Case(true, Pay(bank))
            .Otherwise(Confirmation.OfDeclined()))
        .Build();

    private static Flow<Refund, string> Pay(Bank bank) => Flow.Start<Refund>("payment")
        .Then(bank.AsStep(), (refund, receipt) => new PaidRefund(refund, receipt))
        .Then(Confirmation.OfPaid())
        .Build();

    private static Step<Rejection<Refund>, Refund> Decline() => Step.Create<Rejection<Refund>, Refund>(
        "decline", (rejection, _) => rejection.Value with { Declined = $"{rejection.By ?? "nobody in time"}: {rejection.Reason}" });

    private static string Ask(Refund refund) => string.Create(
        CultureInfo.InvariantCulture,
        $"Pay {refund.Amount:0.00} back to {refund.Order.Customer} for the {refund.Order.Product}, {refund.DaysSincePurchase} days after the purchase? {refund.Opinion!.Why}");
}
