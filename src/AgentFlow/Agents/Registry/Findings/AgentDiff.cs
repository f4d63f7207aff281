using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AgentFlow;

/// <summary>What differs between two definitions. Its text is meant for people.</summary>
[DebuggerDisplay("{Fields.Count} fields")]
public sealed class AgentDiff
{
    private AgentDiff(IReadOnlyList<AgentFieldChange> fields, IReadOnlyList<AgentLine> instructions)
    {
        Fields = fields;
        Instructions = instructions;
    }

    /// <summary>The fields that differ, instructions left out.</summary>
    public IReadOnlyList<AgentFieldChange> Fields { get; }

    /// <summary>The instructions line by line, kept ones included; empty when they are the same.</summary>
    public IReadOnlyList<AgentLine> Instructions { get; }

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => Fields.Count == 0 && Instructions.Count == 0;

    /// <summary>Compares two definitions.</summary>
    /// <param name="before">One.</param>
    /// <param name="after">The other.</param>
    public static AgentDiff Between(AgentDefinition before, AgentDefinition after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var fields = Values(before).Zip(Values(after))
            .Where(static pair => pair.First.Value != pair.Second.Value)
            .Select(static pair => new AgentFieldChange(pair.First.Field, pair.First.Value, pair.Second.Value));
        var lines = before.Instructions == after.Instructions ? [] : LineDiff.Between(before.Instructions.Split('\n'), after.Instructions.Split('\n'));
        return new([.. fields], lines);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsEmpty) return "no difference";
        var text = new StringBuilder();
        foreach (var field in Fields) text.Append(CultureInfo.InvariantCulture, $"{field}\n");
        if (Instructions.Count > 0) text.Append("instructions:\n");
        foreach (var line in Instructions) text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        return text.ToString().TrimEnd('\n');
    }

    private static IEnumerable<(string Field, string? Value)> Values(AgentDefinition definition)
    {
        yield return ("name", definition.Name);
        yield return ("description", definition.Description);
        yield return ("capabilities", Set(definition.Capabilities));
        yield return ("model", definition.Model);
        yield return ("tools", string.Join(", ", definition.Tools));
        yield return ("inputSchema", definition.InputSchema is { } input ? InputDigest.Canonical(input) : null);
        yield return ("outputSchema", definition.OutputSchema is { } output ? InputDigest.Canonical(output) : null);
        yield return ("scopes", Set(definition.Scopes));
        yield return ("policies", Set(definition.Policies));
        var limits = definition.Limits;
        (string Name, IFormattable? Value)[] bounds =
        [
            ("maxTurns", limits.MaxTurns), ("maxToolCalls", limits.MaxToolCalls), ("maxParallelToolCalls", limits.MaxParallelToolCalls), ("repairs", limits.Repairs),
            ("maxOutputTokens", limits.MaxOutputTokens), ("timeoutSeconds", limits.TimeoutSeconds), ("retries", limits.Retries),
        ];
        foreach (var (name, value) in bounds) yield return ($"limits.{name}", value?.ToString(null, CultureInfo.InvariantCulture));
    }

    private static string Set(IReadOnlyList<string> values) => string.Join(", ", values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}

/// <summary>A field that differs.</summary>
/// <param name="Field">Its name as in the file.</param>
/// <param name="Before">What it was; lists in one text.</param>
/// <param name="After">What it is.</param>
public sealed record AgentFieldChange(string Field, string? Before, string? After)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Shown(Before)} → {Shown(After)}";

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "nothing" : value;
}

/// <summary>What became of a line.</summary>
public enum AgentLineChange
{
    /// <summary>It is in both.</summary>
    Kept,

    /// <summary>It is in the first only.</summary>
    Removed,

    /// <summary>It is in the second only.</summary>
    Added,
}

/// <summary>A line of instructions in a comparison.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Text">The line.</param>
public sealed record AgentLine(AgentLineChange Change, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Change switch
    {
        AgentLineChange.Removed => $"- {Text}",
        AgentLineChange.Added => $"+ {Text}",
        _ => $"  {Text}",
    };
}
