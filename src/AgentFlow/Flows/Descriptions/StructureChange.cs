namespace AgentFlow;

/// <summary>What is different between the structure that a run was started with and that of today, in words.</summary>
internal static class StructureChange
{
    private const int MaxNamed = 3;

    public static string Describe(string? recorded, string? today)
    {
        var (before, after) = (FlowStructure.Decode(recorded), FlowStructure.Decode(today));
        if (before.Count == 0 || after.Count == 0) return "what differs is not known: the run was started by a version that did not keep it";
        var differences = Find(before, after);
        if (differences.Count == 0) return "what differs is a type of the same name in another namespace, or lies where nothing was kept: deep inside of nested flows, or at the end of a large one";
        var more = differences.Count - MaxNamed;
        return string.Join("; ", differences.Take(MaxNamed)) + (more > 0 ? $"; and {more} more" : "");
    }

    private static List<string> Find(IReadOnlyList<string[]> before, IReadOnlyList<string[]> after)
    {
        var (nodes, now) = (Nodes(before), Nodes(after));
        var differences = new List<string>();
        foreach (var (id, node) in nodes)
        {
            if (!now.TryGetValue(id, out var other)) differences.Add($"{Node(node)} is gone");
            else if (!node.SequenceEqual(other)) differences.Add(Changed(node, other));
        }

        differences.AddRange(now.Where(pair => !nodes.ContainsKey(pair.Key)).Select(pair => $"{Node(pair.Value)} is new"));
        differences.AddRange(Ways(before, after, now).Select(static way => $"{way} is gone"));
        differences.AddRange(Ways(after, before, nodes).Select(static way => $"{way} is new"));
        if (differences.Count == 0) differences.AddRange(nodes.Keys.Zip(now.Keys).Where(static pair => pair.First != pair.Second).Take(1).Select(static pair => $"'{pair.Second}' stands where '{pair.First}' stood"));
        return differences;
    }

    private static OrderedDictionary<string, string[]> Nodes(IReadOnlyList<string[]> lines)
    {
        var nodes = new OrderedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var line in lines.Where(static line => line is ["N", _, _, _, _, _])) nodes.TryAdd(line[1], line);
        return nodes;
    }

    /// <summary>The edges that the others do not have, between nodes that both have: what came or went with a node has been said.</summary>
    private static IEnumerable<string> Ways(IReadOnlyList<string[]> lines, IReadOnlyList<string[]> others, OrderedDictionary<string, string[]> theirs)
    {
        var known = others.Select(static line => string.Join('\t', line)).ToHashSet(StringComparer.Ordinal);
        return lines.Where(line => line is ["E", _, _, _, _] && !known.Contains(string.Join('\t', line)) && theirs.ContainsKey(line[1]) && theirs.ContainsKey(line[2]))
            .Select(static line => $"the way from '{line[1]}' to '{line[2]}'{(line[3].Length > 0 ? $" for '{line[3]}'" : "")}");
    }

    private static string Node(string[] node) => $"'{node[1]}' ({node[2]} {node[3]} → {node[4]})";

    private static string Changed(string[] before, string[] after)
    {
        var facets = new List<string>();
        if (before[2] != after[2]) facets.Add($"was of kind {before[2]} and is of kind {after[2]}");
        if (before[3] != after[3]) facets.Add($"took {before[3]} and takes {after[3]}");
        if (before[4] != after[4]) facets.Add($"yielded {before[4]} and yields {after[4]}");
        var (had, has) = (before[5].Split("; "), after[5].Split("; "));
        if (before[5] != after[5]) facets.Add($"had {Settings(had.Except(has))} and has {Settings(has.Except(had))}");
        return $"'{before[1]}' {string.Join(", ", facets)}";
    }

    private static string Settings(IEnumerable<string> settings) => string.Join(", ", settings.Where(static text => text.Length > 0)) is { Length: > 0 } text ? text : "nothing there";
}
