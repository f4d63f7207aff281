namespace ApprovalDesk;

/// <summary>What somebody at the counter enters.</summary>
/// <param name="Order">The number of the order.</param>
/// <param name="Words">Why, in the customer's words.</param>
/// <param name="Amount">The whole order when not given.</param>
public sealed record RefundRequest(string Order, string Words, decimal? Amount = null);

/// <summary>What the model makes of the customer's words. It only advises: whatever it says, money over the limits takes a person.</summary>
/// <param name="Covered">Whether the refund policy covers it.</param>
/// <param name="Why">In one sentence.</param>
public sealed record Opinion(bool Covered, string Why);

/// <summary>A refund on its way. This is what people are shown and answer about.</summary>
public sealed record Refund(Order Order, decimal Amount, string Words, int DaysSincePurchase)
{
    public Opinion? Opinion { get; init; }

    /// <summary>Who said no and why; null while nobody has.</summary>
    public string? Declined { get; init; }
}

/// <summary>What the bank gave for the money.</summary>
public sealed record Receipt(string Number);

/// <summary>A refund that was paid.</summary>
public sealed record PaidRefund(Refund Refund, Receipt Receipt);
