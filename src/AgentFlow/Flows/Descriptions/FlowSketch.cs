using System.Globalization;

namespace AgentFlow;

/// <summary>Where the next node is connected to: a node that has ended, and the label its edge will carry.</summary>
internal readonly record struct OpenEnd(string Id, string? Label = null, DescribedEdgeKind Kind = DescribedEdgeKind.Next);

/// <summary>A place in a description, before anything that is added later.</summary>
internal readonly record struct SketchMark(int Nodes, int Edges, IReadOnlyList<OpenEnd> Ends);

/// <summary>
/// Collects nodes and edges while a definition describes itself verb by verb. The one source of drawing, fingerprint and checks.
/// </summary>
/// <param name="root">The path of whatever is described.</param>
/// <param name="maxDepth">How many flows deep a nested flow is looked into; zero for the structure of one flow alone.</param>
/// <param name="maxNodes">How many nodes there may be before nested flows stay closed.</param>
internal sealed class FlowSketch(string root, int maxDepth = 0, int maxNodes = 0)
{
    /// <summary>The setting of a nested flow that was not looked into.</summary>
    private const string Closed = "closed";

    private readonly List<DescribedNode> _nodes = [];
    private readonly List<DescribedEdge> _edges = [];
    private readonly List<string> _types = [];
    private readonly List<StepPlace> _steps = [];
    private string? _parent;
    private int _depth;
    private bool _isInWhole;

    public IReadOnlyList<DescribedNode> Nodes => _nodes;

    public IReadOnlyList<DescribedEdge> Edges => _edges;

    /// <summary>Every step with its path.</summary>
    public IReadOnlyList<StepPlace> Steps => _steps;

    /// <summary>The path under which the current verbs run.</summary>
    public string Scope { get; private set; } = root;

    /// <summary>What the next node is connected to.</summary>
    public IReadOnlyList<OpenEnd> Ends { get; set; } = [];

    /// <summary>Marks a place to return to.</summary>
    public SketchMark Mark => new(_nodes.Count, _edges.Count, Ends);

    /// <summary>The path of a use of a step or verb in the current scope.</summary>
    public string Use(string name, int occurrence = 1) => occurrence == 1 ? $"{Scope}/{name}" : $"{Scope}/{name}#{occurrence}";

    /// <summary>Adds a node behind the open ends and makes it the only open end.</summary>
    public void Add(string id, string name, string kind, Type input, Type output, string settings = "")
    {
        Put(id, name, kind, input, output, settings);
        Link(id);
    }

    /// <summary>Adds a step as a node of its own.</summary>
    public void Add(Step step, string path, string settings = "")
    {
        Note(step, path);
        Add(path, step.Name, step.Kind, step.InputType, step.OutputType, Settings(step, settings));
    }

    /// <summary>Adds a step that consists of others and speaks for them.</summary>
    public void Whole(Step step, string path, Action<FlowSketch, string> describe)
    {
        Note(step, path);
        var outer = _isInWhole;
        _isInWhole = true;
        describe(this, path);
        _isInWhole = outer;
    }

    /// <summary>
    /// Describes a flow inside of the current one: with its nodes where there is room for them, otherwise as a single node. The
    /// shape says in both cases what is inside.
    /// </summary>
    public void Nest(Step flow, string path, string settings, FlowShape shape, Action<FlowSketch> describe)
    {
        Note(flow, path);
        var isOpen = _depth < maxDepth && _nodes.Count < maxNodes;
        Put(path, flow.Name, flow.Kind, flow.InputType, flow.OutputType, Settings(flow, isOpen ? settings : Join(settings, Closed)), shape.Hash);
        var before = _nodes.Count;
        if (isOpen)
        {
            var outer = _parent;
            (_parent, _depth) = (path, _depth + 1);
            Within(path, describe);
            (_parent, _depth) = (outer, _depth - 1);
        }

        if (_nodes.Count == before) Link(path);
    }

    /// <summary>Describes something whose paths begin with the given one.</summary>
    public void Within(string path, Action<FlowSketch> describe)
    {
        var outer = Scope;
        Scope = path;
        describe(this);
        Scope = outer;
    }

    /// <summary>Describes alternatives or branches that all begin at the current ends; their ends become the open ends.</summary>
    public void Branch<T>(IEnumerable<T> branches, Action<T> describe)
    {
        var from = Ends;
        var ends = new List<OpenEnd>();
        foreach (var branch in branches)
        {
            Ends = from;
            describe(branch);
            ends.AddRange(Ends);
        }

        Ends = ends;
    }

    /// <summary>Gives the edges that will leave the open ends a label.</summary>
    public void Label(string label, DescribedEdgeKind kind = DescribedEdgeKind.Next) =>
        Ends = [.. Ends.Select(end => new OpenEnd(end.Id, label, kind))];

    /// <summary>Draws the way back from a node to whatever came first after a mark.</summary>
    public void Again(string from, SketchMark mark, string? label)
    {
        var first = _edges.Skip(mark.Edges).Where(edge => mark.Ends.Any(end => end.Id == edge.From)).Select(edge => edge.To).Distinct().ToList();
        foreach (var to in first) _edges.Add(new(from, to, label, DescribedEdgeKind.Again));
    }

    /// <summary>Draws a way between two nodes that are there, or will be.</summary>
    public void Edge(string from, string to, string? label, DescribedEdgeKind kind = DescribedEdgeKind.Next) => _edges.Add(new(from, to, label, kind));

    /// <summary>Adds a setting to the node at a mark.</summary>
    public void Annotate(SketchMark mark, string setting) =>
        _nodes[mark.Nodes] = _nodes[mark.Nodes] with { Settings = Join(_nodes[mark.Nodes].Settings, setting) };

    /// <summary>Everything that makes two structures different, in a fixed order.</summary>
    public IEnumerable<string> Identity()
    {
        yield return _nodes.Count.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < _nodes.Count; i++)
        {
            yield return _nodes[i].Id;
            yield return _nodes[i].Kind;
            yield return _nodes[i].Settings;
            yield return _types[i];
        }

        foreach (var edge in _edges)
        {
            yield return edge.From;
            yield return edge.To;
            yield return edge.Label ?? "";
            yield return edge.Kind.ToString();
        }
    }

    private static string Settings(Step step, string settings)
    {
        var effect = step.Plan.Effect == EffectClass.Idempotent ? "" : $"effect={step.Plan.Effect}";
        return Join(settings, effect, step.Plan.Signature);
    }

    private static string Join(params IEnumerable<string> settings) => string.Join("; ", settings.Where(text => text.Length > 0));

    private void Note(Step step, string path)
    {
        if (!_isInWhole) _steps.Add(new(step, path));
    }

    private void Link(string id)
    {
        foreach (var end in Ends.Distinct()) _edges.Add(new(end.Id, id, end.Label, end.Kind));
        Ends = [new(id)];
    }

    private void Put(string id, string name, string kind, Type input, Type output, string settings, string content = "")
    {
        _nodes.Add(new(id, name, kind, TypeNames.Short(input), TypeNames.Short(output)) { Settings = settings, Parent = _parent });
        _types.Add($"{input} → {output} {content}");
    }
}
