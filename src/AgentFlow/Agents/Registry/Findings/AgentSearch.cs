using System.Diagnostics;

namespace AgentFlow;

/// <summary>An agent that a search has found.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Score">How well it matches; comparable within one search only.</param>
[DebuggerDisplay("{Agent.Name}: {Score}")]
public sealed record AgentMatch(RegisteredAgent Agent, int Score);

/// <summary>Plain words against plain words.</summary>
internal static class AgentSearch
{
    private const int WholeCapability = 16;
    private const int InName = 4;
    private const int InCapability = 3;
    private const int InDescription = 1;

    public static IReadOnlyList<AgentMatch> Find(IEnumerable<RegisteredAgent> agents, string text, int max)
    {
        var asked = Words(text);
        return [.. agents.Where(static agent => agent.Active is { IsDeprecated: false })
            .Select(agent => new AgentMatch(agent, Score(agent.Active!.Definition, text.Trim(), asked)))
            .Where(static match => match.Score > 0)
            .OrderByDescending(static match => match.Score).ThenBy(static match => match.Agent.Name, StringComparer.Ordinal)
            .Take(max)];
    }

    private static int Score(AgentDefinition definition, string text, HashSet<string> asked)
    {
        var whole = definition.Capabilities.Contains(text, StringComparer.OrdinalIgnoreCase) ? WholeCapability : 0;
        return whole + Common(definition.Name) * InName + Common(string.Join(' ', definition.Capabilities)) * InCapability + Common(definition.Description) * InDescription;

        int Common(string field) => Words(field).Count(asked.Contains);
    }

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsLetterOrDigit(text[i])) continue;
            var start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i])) i++;
            words.Add(text[start..i]);
        }

        return words;
    }
}
