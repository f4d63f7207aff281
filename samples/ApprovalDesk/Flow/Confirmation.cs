using System.Globalization;
using AgentFlow;

namespace ApprovalDesk;

/// <summary>What the customer reads at the end.</summary>
internal static class Confirmation
{
    private const string Instructions = "You confirm refunds to customers: one friendly sentence with amount, product and receipt. Promise nothing.";

    public static Agent<PaidRefund, string> OfPaid() => Agent.Create<PaidRefund, string>("confirm")
        .Description("Tells the customer that the money is on its way.")
        .Instructions(Instructions)
        .Prompt(paid => string.Create(
            CultureInfo.InvariantCulture,
            $"<amount>{paid.Refund.Amount:0.00}</amount><product>{paid.Refund.Order.Product}</product><receipt>{paid.Receipt.Number}</receipt>"))
        .Model(PolicyCheck.Model)
        .Build();

    /// <summary>A refusal is a form letter. What colleagues wrote stays in the timeline.</summary>
    public static Step<Refund, string> OfDeclined() => Step.Create<Refund, string>(
        "tell", (refund, _) => $"We are sorry: we cannot refund the {refund.Order.Product} (order {refund.Order.Number}).");
}
