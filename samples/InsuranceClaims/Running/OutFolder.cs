using System.Text;

namespace InsuranceClaims;

/// <summary>Where everything ends up: the letters, the internal list with the reasons, the picture of the flow.</summary>
internal sealed class OutFolder
{
    private readonly string _path;

    public OutFolder(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
    }

    /// <summary>The letter as it goes to the claimant: nothing internal is in it.</summary>
    public Task WriteLetterAsync(string id, Letter letter, CancellationToken cancellationToken) =>
        WriteAsync($"{id}.letter.md", $"# {letter.Subject}\n\n{letter.Body}\n", cancellationToken);

    /// <summary>For colleagues: what was decided and why, and what an investigation has to find out.</summary>
    public Task WriteListAsync(IEnumerable<(ClaimResult Result, ClosedClaim? Claim)> results, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# Claims\n");
        foreach (var (result, claim) in results)
        {
            text.Append($"\n## {result.Id}\n\n- outcome: {result.Outcome}\n");
            if (!result.Failed)
                text.Append($"- paid: {Money.Plain(result.Amount)}\n");
            if (result.Person.Length > 0)
                text.Append($"- person: {result.Person}\n");
            text.Append($"- reason: {Quoted(result.Reason)}\n");
            foreach (var question in claim?.Settlement.Questions ?? [])
                text.Append($"- to find out: {Quoted(question)}\n");
        }
        return WriteAsync("claims.md", text.ToString(), cancellationToken);
    }

    public Task WriteFlowAsync(string mermaid, CancellationToken cancellationToken) =>
        WriteAsync("flow.md", $"```mermaid\n{mermaid.TrimEnd()}\n```\n", cancellationToken);

    // Reasons quote strangers: what would be markup to a Markdown reader stays text.
    private static string Quoted(string text) => PlainText.Of(text).Replace("<", "&lt;", StringComparison.Ordinal);

    private Task WriteAsync(string name, string text, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(_path, name), text, cancellationToken);
}
