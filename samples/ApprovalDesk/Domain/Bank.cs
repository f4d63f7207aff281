using System.Globalization;
using AgentFlow;

namespace ApprovalDesk;

/// <summary>Pays. Every payment is a line in a file, so that one that happened twice could not hide.</summary>
/// <param name="ledger">The file.</param>
/// <param name="delay">How long the bank takes to confirm what it has paid.</param>
internal sealed class Bank(string ledger, TimeSpan delay)
{
    private readonly Lock _gate = new();

    /// <summary>The step that pays. Irreversible: when a crash cuts it off, people are asked what became of it.</summary>
    public Step<Refund, Receipt> AsStep() => Step.Create<Refund, Receipt>(
        "pay", async (refund, context) => await PayAsync(refund, context), step => step.Effect(EffectClass.Irreversible));

    public int RefundsOf(string customer)
    {
        lock (_gate) return File.Exists(ledger) ? File.ReadLines(ledger).Count(line => line.Split('\t')[2] == customer) : 0;
    }

    private async Task<Receipt> PayAsync(Refund refund, StepContext context)
    {
        // The key is the same when the step starts again after a crash; a bank of your own can tell by it.
        var line = string.Join('\t', context.IdempotencyKey, refund.Order.Number, refund.Order.Customer, refund.Amount.ToString("0.00", CultureInfo.InvariantCulture));
        lock (_gate) File.AppendAllText(ledger, line + "\n");
        await Task.Delay(delay, context.CancellationToken);
        return new Receipt($"R-{refund.Order.Number}");
    }
}
