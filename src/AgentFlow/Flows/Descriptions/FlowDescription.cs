using System.Diagnostics;

namespace AgentFlow;

/// <summary>The structure of a flow as nodes and edges: for drawings, reviews and dashboards. Immutable and thread-safe.</summary>
[DebuggerDisplay("{Name,nq} v{Version}: {Nodes.Count} nodes, {Edges.Count} edges")]
public sealed class FlowDescription
{
    internal FlowDescription(string name, int version, string fingerprint, StepPlan plan, FlowSketch sketch)
    {
        Name = name;
        Version = version;
        Fingerprint = fingerprint;
        Plan = plan;
        Nodes = sketch.Nodes;
        Edges = sketch.Edges;
    }

    /// <summary>The flow's name.</summary>
    public string Name { get; }

    /// <summary>The flow's version.</summary>
    public int Version { get; }

    /// <summary>The hash of what is described here, and of what is inside of nested flows that are not.</summary>
    public string Fingerprint { get; }

    /// <summary>The nodes, in the order in which they are written; a nested flow stands before its nodes.</summary>
    public IReadOnlyList<DescribedNode> Nodes { get; }

    /// <summary>The edges.</summary>
    public IReadOnlyList<DescribedEdge> Edges { get; }

    internal StepPlan Plan { get; }

    /// <summary>A Mermaid flowchart of the flow, for Markdown and <c>mermaid.live</c>.</summary>
    public string ToMermaid() => new MermaidDrawing(this).Draw();

    /// <inheritdoc/>
    public override string ToString() => ToMermaid();
}
