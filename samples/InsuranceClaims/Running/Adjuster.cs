using AgentFlow;
using AgentFlow.Approvals;

namespace InsuranceClaims;

/// <summary>Asks the person at the terminal: yes, no, or another amount.</summary>
internal sealed class Adjuster(TextReader answers, TextWriter screen)
{
    private static readonly Principal Person = new("adjuster") { Roles = new HashSet<string> { "adjuster" } };

    public async Task<ApprovalDecision> AskAsync(ApprovalRequest request, Settlement settlement, CancellationToken cancellationToken)
    {
        var mayPayLess = settlement.Outcome == SettlementOutcome.Pay;
        await screen.WriteLineAsync();
        await screen.WriteLineAsync($"{request.RunId}: {PlainText.Of(request.Prompt)}");
        while (true)
        {
            await screen.WriteAsync(mayPayLess ? "  [y]es, [n]o, or a lower amount: " : "  [y]es or [n]o: ");
            await screen.FlushAsync(cancellationToken);
            // A terminal's own asynchronous read blocks and ignores its token.
            if (await Task.Run(answers.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is not { } answer)
                return ApprovalDecision.Reject("Nobody answered.", Person);
            switch (answer.Trim().ToUpperInvariant())
            {
                case "Y" or "YES":
                    return ApprovalDecision.Approve(Person);
                case "N" or "NO":
                    return ApprovalDecision.Reject("The adjuster did not approve it.", Person);
                case var text when mayPayLess && Money.Parse(text.Trim('€', ' ')) is { } amount && amount > 0 && amount < settlement.Amount:
                    return ApprovalDecision.Modify(settlement with { Amount = amount, Calculation = null, Reason = $"{settlement.Reason} Set by the adjuster." }, Person);
            }
        }
    }
}
