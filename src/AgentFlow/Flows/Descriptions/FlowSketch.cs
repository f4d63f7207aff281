namespace AgentFlow;

/// <summary>Where the next node is connected to: a node that has ended, and the label its edge will carry.</summary>
internal readonly record struct OpenEnd(string Id, string? Label = null, DescribedEdgeKind Kind = DescribedEdgeKind.Next);

/// <summary>
/// Collects nodes and edges while a definition describes itself verb by verb. The one source of drawing, fingerprint and checks.
/// </summary>
internal sealed class FlowSketch(string root)
{
    private readonly List<DescribedNode> _nodes = [];
    private readonly List<DescribedEdge> _edges = [];
    private readonly List<string> _types = [];
    private readonly List<(Step Step, string Path, string? RepeatedBy)> _steps = [];
    private string? _parent;
    private string? _repeatedBy;

    public IReadOnlyList<DescribedNode> Nodes => _nodes;

    public IReadOnlyList<DescribedEdge> Edges => _edges;

    /// <summary>Every step with its path and the flow around it that repeats it on failure, if one does.</summary>
    public IReadOnlyList<(Step Step, string Path, string? RepeatedBy)> Steps => _steps;

    /// <summary>The path under which the current verbs run.</summary>
    public string Scope { get; private set; } = root;

    /// <summary>What the next node is connected to.</summary>
    public IReadOnlyList<OpenEnd> Ends { get; set; } = [];

    /// <summary>Marks a place to which a loop leads back.</summary>
    public int Mark => _nodes.Count;

    /// <summary>The path of a use of a step or verb in the current scope.</summary>
    public string Use(string name, int occurrence = 1) => occurrence == 1 ? $"{Scope}/{name}" : $"{Scope}/{name}#{occurrence}";

    /// <summary>Adds a node behind the open ends and makes it the only open end.</summary>
    public void Add(string id, string name, string kind, Type input, Type output, string settings = "")
    {
        Put(id, name, kind, input, output, settings);
        foreach (var end in Ends) _edges.Add(new(end.Id, id, end.Label, end.Kind));
        Ends = [new(id)];
    }

    /// <summary>Adds a step as a node of its own.</summary>
    public void Add(Step step, string path, string settings = "")
    {
        _steps.Add((step, path, _repeatedBy));
        Add(path, step.Name, step.Kind, step.InputType, step.OutputType, Settings(step, settings));
    }

    /// <summary>Describes the flow that the sketch is about.</summary>
    public void Root(Step flow, Action<FlowSketch> describe)
    {
        _steps.Add((flow, Scope, null));
        describe(this);
    }

    /// <summary>Describes a flow inside of the current one.</summary>
    public void Nest(Step flow, string path, string settings, Action<FlowSketch> describe)
    {
        _steps.Add((flow, path, _repeatedBy));
        Put(path, flow.Name, flow.Kind, flow.InputType, flow.OutputType, Settings(flow, settings));
        var outer = (_parent, _repeatedBy);
        _parent = path;
        if (flow.Plan.Retries > 0) _repeatedBy = path;
        Within(path, describe);
        (_parent, _repeatedBy) = outer;
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

    /// <summary>Draws the way back from a node to the first one after a mark.</summary>
    public void Again(string from, int mark, string? label)
    {
        var first = _nodes.Skip(mark).First(node => !_nodes.Exists(child => child.Parent == node.Id));
        _edges.Add(new(from, first.Id, label, DescribedEdgeKind.Again));
    }

    /// <summary>An edge beside the ones that the open ends bring.</summary>
    public void Connect(string from, string to) => _edges.Add(new(from, to));

    /// <summary>Everything that makes two structures different, in a fixed order.</summary>
    public IEnumerable<string> Identity()
    {
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
        return string.Join("; ", new[] { settings, effect, step.Plan.Signature }.Where(text => text.Length > 0));
    }

    private void Put(string id, string name, string kind, Type input, Type output, string settings)
    {
        _nodes.Add(new(id, name, kind, TypeNames.Short(input), TypeNames.Short(output)) { Settings = settings, Parent = _parent });
        _types.Add($"{input} → {output}");
    }
}
