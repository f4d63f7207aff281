namespace AgentFlow.Journaling;

/// <summary>The recorded outcomes that a replay has not asked for yet, as a tree of paths: a scope knows how many lie in it. Thread-safe.</summary>
internal sealed class UnconsumedOutcomes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StepPath, Node> _nodes = [];
    private readonly List<Node> _roots = [];

    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _roots.TrueForAll(static root => root.Count == 0);
        }
    }

    public void Fill(IEnumerable<(StepPath Path, JournalEntry Entry)> outcomes)
    {
        lock (_lock)
        {
            foreach (var (path, entry) in outcomes)
            {
                var node = NodeOf(path);
                node.Outcome = entry;
                node.Subtract(-1);
            }
        }
    }

    public void Remove(StepPath path)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(path, out var node) || node.Outcome is null || node.IsForgotten) return;
            node.Outcome = null;
            node.Subtract(1);
        }
    }

    /// <summary>The first one at or below a path, or of all, outside of what was abandoned.</summary>
    public JournalEntry? First(StepPath? within, AbandonedScopes? abandoned)
    {
        lock (_lock)
        {
            if (within is null) return First(_roots, abandoned);
            return abandoned?.Cover(within) == true || !_nodes.TryGetValue(within, out var node) ? null : First([node], abandoned);
        }
    }

    /// <summary>One outside of what was abandoned and of the scopes that are left out.</summary>
    public JournalEntry? Find(Func<StepPath, bool> isLeftOut, AbandonedScopes? abandoned)
    {
        lock (_lock)
        {
            var open = new Stack<Node>(_roots);
            while (open.TryPop(out var node))
            {
                if (node.Count == 0 || abandoned?.Names(node.Path) == true || isLeftOut(node.Path)) continue;
                if (node.Outcome is { } outcome) return outcome;
                foreach (var child in node.Children ?? []) open.Push(child);
            }

            return null;
        }
    }

    private static JournalEntry? First(IEnumerable<Node> nodes, AbandonedScopes? abandoned)
    {
        JournalEntry? first = null;
        var open = new Stack<Node>(nodes);
        while (open.TryPop(out var node))
        {
            if (node.Count == 0) continue;
            if (abandoned?.Names(node.Path) == true)
            {
                // Nothing is ever taken back among what was abandoned: it need not be met again.
                node.Forget();
                continue;
            }

            if (node.Outcome is { } outcome && outcome.Sequence < (first?.Sequence ?? int.MaxValue)) first = outcome;
            foreach (var child in node.Children ?? []) open.Push(child);
        }

        return first;
    }

    private Node NodeOf(StepPath path)
    {
        if (_nodes.TryGetValue(path, out var node)) return node;
        var parent = path.Parent is null ? null : NodeOf(path.Parent);
        node = new Node(path, parent);
        if (parent is null) _roots.Add(node);
        else (parent.Children ??= []).Add(node);
        return _nodes[path] = node;
    }

    private sealed class Node(StepPath path, Node? parent)
    {
        private bool _isForgotten;

        public StepPath Path => path;

        public Node? Parent => parent;

        public List<Node>? Children { get; set; }

        public JournalEntry? Outcome { get; set; }

        /// <summary>How many outcomes lie at and below the path.</summary>
        public int Count { get; set; }

        public bool IsForgotten => _isForgotten || parent?.IsForgotten == true;

        public void Subtract(int count)
        {
            for (var scope = this; scope is not null; scope = scope.Parent) scope.Count -= count;
        }

        public void Forget()
        {
            _isForgotten = true;
            Subtract(Count);
        }
    }
}
