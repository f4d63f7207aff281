using AgentFlow;

namespace DocumentIntake;

/// <summary>Takes the agents' definitions from their files, and says what has changed since the last time.</summary>
internal static class AgentChanges
{
    public static async Task LoadAsync(AgentRegistry agents, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        var report = await agents.LoadDirectoryAsync(folder, by: Environment.UserName, reason: $"files in {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}", activate: true, cancellationToken);
        await output.WriteLineAsync($"agents: {string.Join(", ", agents.All.Select(agent => agent.Active!.ToString()))}");
        foreach (var version in report.Registered.Where(version => version.Number > 1))
            await output.WriteLineAsync($"  {version} is new:\n    {agents.Diff(version.Name, version.Number - 1, version.Number).ToString().ReplaceLineEndings("\n    ")}");
    }
}
