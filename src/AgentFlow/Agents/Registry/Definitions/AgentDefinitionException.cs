using System.Globalization;

namespace AgentFlow;

/// <summary>Agent definitions that are not what they must be. Nothing was registered.</summary>
public sealed class AgentDefinitionException : AgentFlowException
{
    internal AgentDefinitionException(string source, IReadOnlyList<AgentDefect> defects)
        : base($"{source} is no agent definition:{string.Concat(defects.Select(static defect => $"\n- {defect}"))}")
    {
        Source = source;
        Defects = defects;
    }

    /// <summary>The file, or what else the definition came from.</summary>
    public override string? Source { get; set; }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<AgentDefect> Defects { get; }
}

/// <summary>One thing that is wrong with a definition.</summary>
/// <param name="Place">Where: <c>$.limits.maxTurns</c>.</param>
/// <param name="Line">The line of the file, from 1; <see langword="null"/> for a definition that was made in code.</param>
/// <param name="Problem">What is wrong, with the offending value.</param>
/// <param name="Cure">What to write instead.</param>
public sealed record AgentDefect(string Place, int? Line, string Problem, string Cure)
{
    /// <summary>The file, where several were read together.</summary>
    public string? File { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var line = Line is { } number ? string.Create(CultureInfo.InvariantCulture, $"line {number}, ") : "";
        return $"{(File is null ? "" : $"{File}, ")}{line}{Place}: {Problem}; {Cure}.";
    }
}
