namespace AgentFlow;

/// <summary>The structure of a built graph. Parts are in an order in which they can run; place 0 is the input.</summary>
internal sealed class GraphPlan
{
    private readonly int[][] _dependents;

    public GraphPlan(GraphPart[] parts, int result)
    {
        Parts = parts;
        Result = result;
        _dependents = new int[parts.Length + 1][];
        for (var i = 0; i <= parts.Length; i++) _dependents[i] = [.. parts.Where(part => part.Inputs.Contains(i)).Select(part => part.Index)];
    }

    public GraphPart[] Parts { get; }

    /// <summary>The place of the node whose result is the graph's.</summary>
    public int Result { get; }

    public int[] DependentsOf(int index) => _dependents[index];

    /// <summary>Whether a result goes into another one, directly or through nodes between.</summary>
    public bool LeadsTo(int index, int target) => index == target || Array.Exists(_dependents[index], dependent => LeadsTo(dependent, target));
}
