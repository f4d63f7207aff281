namespace AgentFlow;

/// <summary>Finds mappings that would start work instead of yielding a value.</summary>
internal static class AsyncTypes
{
    public const string Cure = "asynchronous work is a step: .Then(\"name\", async (x, ctx) => await …)";

    /// <summary>A task, or a tuple, array or sequence of tasks.</summary>
    public static bool Contains(Type type)
    {
        if (typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)) return true;
        if (type.IsArray) return Contains(type.GetElementType()!);
        if (!type.IsGenericType) return false;
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(ValueTask<>)) return true;
        return (definition.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal) || definition == typeof(IEnumerable<>) || definition == typeof(List<>) || definition == typeof(IReadOnlyList<>))
            && type.GetGenericArguments().Any(Contains);
    }
}
