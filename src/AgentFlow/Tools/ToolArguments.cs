using System.Diagnostics;
using System.Text.Json;

namespace AgentFlow;

/// <summary>The arguments of one tool call, for a rule to look at. Written by a model.</summary>
[DebuggerDisplay("{Tool}({Values.Count} arguments)")]
public readonly struct ToolArguments
{
    private readonly JsonSerializerOptions _json;

    internal ToolArguments(string tool, string agent, IReadOnlyDictionary<string, object?> values, JsonSerializerOptions json)
    {
        Tool = tool;
        Agent = agent;
        Values = values;
        _json = json;
    }

    /// <summary>The tool's name.</summary>
    public string Tool { get; }

    /// <summary>The agent that calls it.</summary>
    public string Agent { get; }

    /// <summary>The arguments by name, mostly <see cref="JsonElement"/>s.</summary>
    public IReadOnlyDictionary<string, object?> Values { get; }

    /// <summary>An argument as a typed value; default when it is missing or null.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="JsonException">The argument is not a <typeparamref name="T"/>.</exception>
    public T? Get<T>(string name)
    {
        if (!Values.TryGetValue(name, out var value) || value is null) return default;
        if (value is T typed) return typed;
        var type = JsonText.TypeOf<T>(_json);
        if (value is JsonElement element) return element.Deserialize(type);
        throw new JsonException($"Argument '{name}' of tool '{Tool}' is a {TypeNames.Short(value.GetType())}, not a {TypeNames.Short(typeof(T))}.");
    }
}
