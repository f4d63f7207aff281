using System.Diagnostics;

namespace AgentFlow;

/// <summary>The result of a node of a graph, for other nodes to take. Made by <see cref="GraphBuilder{TIn}"/>; means nothing outside of it.</summary>
[DebuggerDisplay("{Name}")]
public abstract class GraphNode
{
    private protected GraphNode(GraphDraft draft, int index, string name)
    {
        Draft = draft;
        Index = index;
        Name = name;
    }

    /// <summary>The name of the node's step.</summary>
    public string Name { get; }

    internal GraphDraft Draft { get; }

    /// <summary>The place among the branches of a run; 0 is the graph's input.</summary>
    internal int Index { get; }
}

/// <inheritdoc/>
/// <typeparam name="T">What the node yields.</typeparam>
public sealed class GraphNode<T> : GraphNode
{
    internal GraphNode(GraphDraft draft, int index, string name)
        : base(draft, index, name)
    {
    }

    internal T ValueIn(ForkBranch[] branches) => ((ForkBranch<T>)branches[Index]).Result;
}
