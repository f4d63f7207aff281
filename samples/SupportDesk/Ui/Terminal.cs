using AgentFlow;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace SupportDesk.Ui;

/// <summary>The terminal: shows who speaks and who hands over to whom, and asks whoever is asked.</summary>
/// <param name="echoes">Whether what is read is not on the screen yet.</param>
internal sealed class Terminal(TextReader input, TextWriter output, bool echoes)
{
    public const string ColleagueSays = "(a colleague, not the customer:) ";

    private const int NameWidth = 10;
    private static readonly Principal Customer = new("customer");
    private static readonly Principal Lead = new("lead") { Roles = new HashSet<string> { SupportFlow.Lead } };

    private async Task<string?> ReadAsync(string who, CancellationToken cancellationToken)
    {
        await output.WriteAsync($"{who.PadRight(NameWidth)}> ");
        await output.FlushAsync(cancellationToken);

        // A terminal's own asynchronous read blocks and ignores its token.
        var line = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        if (echoes || line is null) await output.WriteLineAsync(line is null ? "" : Plain(line));
        return line?.Trim();
    }

    public Task SayAsync(string who, string text) => output.WriteLineAsync($"{who.PadRight(NameWidth)}> {Plain(text)}");

    public Task NoteAsync(string text) => output.WriteLineAsync($"{"",NameWidth}  {Plain(text)}");

    public async Task ShowAsync(JournalEntry entry)
    {
        switch (entry)
        {
            case DecisionMadeEntry { Value: HandoffHop { IsRefused: false } hop } decision:
                await NoteAsync($"[{hop.From} hands over to {hop.To}: {decision.Reason}]");
                break;
            case EffectCompletedEntry { Detail: { Tool: { } tool } call }:
                await NoteAsync($"[{call.Agent} uses {tool}: {string.Join(", ", call.Arguments!.Values)}]");
                break;
            case EffectFailedEntry { Detail: { Tool: { } tool } call } failed:
                await NoteAsync($"[{call.Agent} uses {tool}: {failed.Message}]");
                break;
            case RequestResolvedEntry { Decision.Outcome: not ApprovalOutcome.Answered } resolved:
                await NoteAsync($"[{resolved.Decision}]");
                break;
        }
    }

    /// <summary>What the person who is asked says; null when there is nobody left to ask.</summary>
    public async Task<ApprovalDecision?> AskAsync(ApprovalRequest request, CancellationToken cancellationToken) => request switch
    {
        { Name: SupportFlow.Customer } => await NextWordsAsync(cancellationToken) is { } words ? ApprovalDecision.Answer(words, Customer) : null,
        { Name: SupportFlow.Human } => await CounselAsync(request, cancellationToken),
        _ => await ApproveAsync(request, cancellationToken),
    };

    /// <summary>What the customer says next; empty when that ends the conversation, null when there is nothing more to read.</summary>
    public async Task<string?> NextWordsAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync("you", cancellationToken) is { } line)
        {
            if (line == "/end") return "";
            if (line.Length > 0) return line;
        }

        return null;
    }

    private async Task<ApprovalDecision?> CounselAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        await NoteAsync("[a colleague is asked; what they type goes to the agent]");
        while (await ReadAsync("colleague", cancellationToken) is { } line)
            if (line.Length > 0) return ApprovalDecision.Answer(new HandoffReply<string>(ColleagueSays + line), Lead);
        return null;
    }

    private async Task<ApprovalDecision?> ApproveAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        await NoteAsync($"[{request.AskedBy} wants to use {request.Name}: {Arguments(request.Value)}; {request.Prompt}]");
        while (await ReadAsync("lead y/n", cancellationToken) is { } line)
        {
            if (line.ToUpperInvariant() is "Y" or "YES") return ApprovalDecision.Approve(Lead);
            if (line.ToUpperInvariant() is "N" or "NO") return ApprovalDecision.Reject("The lead has said no.", Lead);
            await NoteAsync("[the lead answers y or n; nothing is paid before]");
        }

        return null;
    }

    private static string Arguments(object? value) => value is IEnumerable<KeyValuePair<string, object?>> named ? string.Join(", ", named.Select(argument => $"{argument.Key} {argument.Value}")) : $"{value}";

    // Text from outside must not move the cursor.
    private static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
