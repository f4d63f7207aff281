using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// The tools that agents of an <see cref="AgentRegistry"/> name. Being here gives a tool to nobody: an agent gets those that its definition
/// names. Thread-safe.
/// </summary>
[DebuggerDisplay("{string.Join(\", \", Names),nq}")]
public sealed class ToolRegistry
{
    private readonly ConcurrentDictionary<string, Tool> _tools = new(StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _tools.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds tools under their names. Adding the same instance again changes nothing.</summary>
    /// <param name="tools">The tools.</param>
    /// <exception cref="DuplicateRegistrationException">Another tool has this name.</exception>
    public ToolRegistry Add(params IEnumerable<Tool> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        foreach (var tool in tools)
        {
            ArgumentNullException.ThrowIfNull(tool, nameof(tools));
            if (!ReferenceEquals(_tools.GetOrAdd(tool.Name, tool), tool)) throw new DuplicateRegistrationException("tool", tool.Name);
        }

        return this;
    }

    /// <summary>The tool of this name, or <see langword="null"/>.</summary>
    /// <param name="name">Its name; compared ordinally.</param>
    public Tool? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _tools.GetValueOrDefault(name);
    }
}
