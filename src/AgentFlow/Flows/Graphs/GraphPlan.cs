namespace AgentFlow;

/// <summary>The structure of a built graph. Parts are in an order in which they can run; place 0 is the input.</summary>
internal sealed class GraphPlan
{
    private readonly int[][] _dependents;

    public GraphPlan(GraphPart[] parts, int result)
    {
        Parts = parts;
        Result = result;
        var dependents = parts.SelectMany(part => part.Inputs, (part, input) => (part.Index, Input: input)).ToLookup(pair => pair.Input, pair => pair.Index);
        _dependents = [.. Enumerable.Range(0, parts.Length + 1).Select(index => dependents[index].ToArray())];
    }

    public GraphPart[] Parts { get; }

    /// <summary>The place of the node whose result is the graph's.</summary>
    public int Result { get; }

    public int[] DependentsOf(int index) => _dependents[index];

    /// <summary>The places whose results go into another one, directly or through nodes between; and that one.</summary>
    public bool[] LeadingTo(int target)
    {
        var leads = new bool[Parts.Length + 1];
        leads[target] = true;

        // What a node takes stands before it.
        for (var index = target; index > 0; index--)
        {
            if (!leads[index]) continue;
            foreach (var input in Parts[index - 1].Inputs) leads[input] = true;
        }

        return leads;
    }
}
