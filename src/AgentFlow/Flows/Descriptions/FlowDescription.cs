using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFlow;

/// <summary>The structure of a flow as nodes and edges: for drawings, reviews and dashboards. Immutable and thread-safe.</summary>
[DebuggerDisplay("{Name,nq} v{Version}: {Nodes.Count} nodes, {Edges.Count} edges")]
public sealed class FlowDescription
{
    private const int FingerprintBytes = 16;

    internal FlowDescription(string name, int version, StepPlan plan, FlowSketch sketch)
    {
        Name = name;
        Version = version;
        Plan = plan;
        Nodes = sketch.Nodes;
        Edges = sketch.Edges;
        Fingerprint = Hash(sketch);
    }

    /// <summary>The flow's name.</summary>
    public string Name { get; }

    /// <summary>The flow's version.</summary>
    public int Version { get; }

    /// <summary>The hash of what is described here, and of nothing else.</summary>
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

    /// <summary>Every text goes in with its length in front, so that no two structures give the same bytes.</summary>
    private static string Hash(FlowSketch sketch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in sketch.Identity())
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture) + ":"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, FingerprintBytes));
    }
}
