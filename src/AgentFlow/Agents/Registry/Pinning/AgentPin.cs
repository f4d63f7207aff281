using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AgentFlow;

/// <summary>The version of an agent that a run uses from its beginning to its end, whatever is active meanwhile.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Version">The version, from 1.</param>
/// <param name="Hash">The <see cref="AgentDefinition.Hash"/> of its content.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record AgentPin(string Agent, int Version, string Hash)
{
    /// <summary>Whether the run is among those that a canary was chosen for.</summary>
    public bool IsCanary { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Agent} v{Version}{(IsCanary ? " (canary)" : "")}");

    /// <summary>How a decision records what was found at first use.</summary>
    internal string ToRecord() => string.Create(CultureInfo.InvariantCulture, $"{(IsCanary ? "canary" : "active")} {Version} {Hash} {Agent}");

    internal static bool TryParse(string? record, [NotNullWhen(true)] out AgentPin? pin)
    {
        pin = null;
        if (record?.Split(' ', 4) is not [var kind, var number, var hash, var agent] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;
        pin = new(agent, version, hash) { IsCanary = kind == "canary" };
        return true;
    }
}
