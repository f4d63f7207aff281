namespace AgentFlow;

/// <summary>How kinds of nodes look.</summary>
internal sealed record MermaidStyle(string Name, string Css, params string[] Kinds)
{
    public static readonly MermaidStyle[] All =
    [
        new("agent", "fill:#ede9fe,stroke:#7c3aed,color:#2e1065", "agent"),
        new("human", "fill:#fef3c7,stroke:#b45309,color:#451a03", "approve", "ask", "wait-for"),
        new("decision", "fill:#e0f2fe,stroke:#0369a1,color:#082f49", "route", "loop", "refine", "when", "check", "cascade", "reconcile", "assign", "plan", "compensate", "supervise", "group-chat"),
        new("plain", "fill:#f8fafc,stroke:#94a3b8,color:#334155", "map", "fan-out", "join", "collect", "quorum", "for-each"),
    ];

    /// <summary>What a reader of a drawing need not know.</summary>
    private static readonly string[] Hidden = ["needed=", "version=", "max-turns=", "repairs=", "max-tool-calls=", "on-limit=Fail"];

    public static string Shape(DescribedNode node) => node.Kind switch
    {
        "input" => $"([\"{MermaidText.Of(node.Output)}\"])",
        "output" => $"([\"{MermaidText.Of(node.Input)}\"])",
        "map" => $"[/\"{MermaidText.Of(node.Output)}\"/]",
        "agent" => $"([\"{Label(node, node.Name)}\"])",
        "flow" => $"[[\"{Label(node, node.Name)}\"]]",
        "route" or "loop" or "refine" or "when" or "check" or "cascade" or "reconcile" or "assign" or "plan" or "compensate" or "supervise" or "group-chat" => $"{{\"{Label(node, node.Name)}\"}}",
        "approve" or "ask" or "wait-for" => $"[\\\"{Label(node, node.Name)}\"/]",
        "fan-out" or "join" or "collect" or "quorum" => $"{{{{\"{Label(node, node.Name)}\"}}}}",
        "for-each" => $"{{{{\"{Label(node, "for each")}\"}}}}",
        _ => $"[\"{Label(node, node.Name)}\"]",
    };

    private static string Label(DescribedNode node, string text)
    {
        var shown = node.Settings.Split("; ", StringSplitOptions.RemoveEmptyEntries).Where(setting => !setting.EndsWith('=') && !Array.Exists(Hidden, setting.StartsWith));
        return string.Join("<br/>", shown.Select(MermaidText.Of).Prepend(MermaidText.Of(text)));
    }
}
