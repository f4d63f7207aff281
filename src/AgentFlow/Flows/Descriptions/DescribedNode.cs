using System.Diagnostics;

namespace AgentFlow;

/// <summary>A node of a flow's drawing: a step, a flow, or a verb that decides, divides, joins or asks. Immutable.</summary>
/// <param name="Id">
/// Unique in the description. For whatever has a path in a run it is that path, with <c>*</c> for the number of an item or an
/// iteration, so that journal entries can be laid over a drawing; segments in parentheses are places without a path.
/// </param>
/// <param name="Name">The name as written in the flow.</param>
/// <param name="Kind">
/// <c>input</c>, <c>output</c>, <c>step</c>, <c>flow</c>, <c>agent</c>, <c>map</c>, <c>fan-out</c>, <c>join</c>, <c>collect</c>,
/// <c>quorum</c>, <c>for-each</c>, <c>route</c>, <c>loop</c>, <c>refine</c>, <c>when</c>, <c>approve</c> or <c>ask</c>. Verbs
/// added later bring kinds of their own.
/// </param>
/// <param name="Input">The type it takes, as a reader would write it.</param>
/// <param name="Output">The type it yields, as a reader would write it.</param>
[DebuggerDisplay("{Kind,nq} {Id,nq}: {Input,nq} → {Output,nq} {Settings,nq}")]
public sealed record DescribedNode(string Id, string Name, string Kind, string Input, string Output)
{
    /// <summary>Bounds and options in a fixed order, such as <c>max=5; on-limit=Fail</c>; empty when there are none.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The id of the nested flow that the node belongs to, or <see langword="null"/> for the described flow itself.</summary>
    public string? Parent { get; init; }
}

/// <summary>Why an edge is taken.</summary>
public enum DescribedEdgeKind
{
    /// <summary>The ordinary way on.</summary>
    Next,

    /// <summary>Back to the start of a loop.</summary>
    Again,

    /// <summary>Only when the node has failed for good.</summary>
    Failed,
}

/// <summary>An edge of a flow's drawing. Immutable.</summary>
/// <param name="From">The id of the node it leaves.</param>
/// <param name="To">The id of the node it enters.</param>
/// <param name="Label">The case, the answer or the condition under which it is taken; <see langword="null"/> when always.</param>
/// <param name="Kind">Why it is taken.</param>
[DebuggerDisplay("{From,nq} → {To,nq} {Label,nq}")]
public sealed record DescribedEdge(string From, string To, string? Label = null, DescribedEdgeKind Kind = DescribedEdgeKind.Next);
