using System.Globalization;
using System.Text;

namespace AgentFlow;

/// <summary>Draws a description as a Mermaid flowchart: nested flows as subgraphs, loops and failures as dotted edges.</summary>
internal sealed class MermaidDrawing
{
    private readonly StringBuilder _text = new();
    private readonly FlowDescription _flow;
    private readonly Dictionary<string, string> _ids = [];
    private readonly ILookup<string, DescribedNode> _children;

    public MermaidDrawing(FlowDescription flow)
    {
        _flow = flow;
        _children = flow.Nodes.ToLookup(node => node.Parent ?? "");
        foreach (var node in flow.Nodes) _ids[node.Id] = string.Create(CultureInfo.InvariantCulture, $"n{_ids.Count}");
    }

    public string Draw()
    {
        Line(0, "flowchart TD");
        foreach (var node in _children[""]) Node(node, 1);
        foreach (var edge in _flow.Edges) Edge(edge);
        foreach (var style in MermaidStyle.All) Style(style);
        return _text.ToString();
    }

    private void Node(DescribedNode node, int depth)
    {
        if (!_children.Contains(node.Id))
        {
            Line(depth, _ids[node.Id] + MermaidStyle.Shape(node));
            return;
        }

        Line(depth, $"subgraph {_ids[node.Id]}[\"{MermaidText.Of(node.Name)}\"]");
        foreach (var child in _children[node.Id]) Node(child, depth + 1);
        Line(depth, "end");
    }

    private void Edge(DescribedEdge edge)
    {
        var arrow = edge.Kind == DescribedEdgeKind.Next ? "-->" : "-.->";
        var label = edge.Label is null ? "" : $"|\"{MermaidText.Of(edge.Label)}\"|";
        Line(1, $"{_ids[edge.From]} {arrow}{label} {_ids[edge.To]}");
    }

    private void Style(MermaidStyle style)
    {
        var nodes = _flow.Nodes.Where(node => style.Kinds.Contains(node.Kind) && !_children.Contains(node.Id)).Select(node => _ids[node.Id]).ToList();
        if (nodes.Count == 0) return;
        Line(1, $"classDef {style.Name} {style.Css}");
        Line(1, $"class {string.Join(',', nodes)} {style.Name}");
    }

    /// <summary>Always with a line feed: the text is compared and checked in.</summary>
    private void Line(int depth, string text) => _text.Append(' ', depth * 4).Append(text).Append('\n');
}
