using System.Text;
using AgentFlow;

namespace ResearchDesk;

/// <summary>What ends up in the output folder.</summary>
internal static class ReportFile
{
    public const string Name = "report.md";

    /// <returns>The path of the report.</returns>
    public static async Task<string> WriteAsync(string folder, Audit audit, IReadOnlyList<string> problems, string mermaid, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var text = new StringBuilder($"# {Safe(audit.Report.Title)}\n\n{Safe(audit.Report.Body.TrimEnd())}\n");
        if (audit.Conclusion.OpenQuestions.Count > 0) text.Append("\n## Open questions\n\n").AppendJoin("", audit.Conclusion.OpenQuestions.Select(question => $"- {Safe(question)}\n"));
        if (problems.Count > 0) text.Append("\n## Files that could not be read\n\n").AppendJoin("", problems.Select(problem => $"- {Safe(problem)}\n"));
        var path = Path.GetFullPath(Path.Combine(folder, Name));
        await File.WriteAllTextAsync(path, text.ToString(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "flow.md"), $"```mermaid\n{mermaid.TrimEnd()}\n```\n", cancellationToken);
        return path;
    }

    // Reports quote strangers: what would be markup to a reader of Markdown stays text.
    private static string Safe(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);
}
