namespace AgentFlow;

/// <summary>Everything that is wrong with a definition, collected before anything is thrown.</summary>
internal sealed class DefectList
{
    private readonly List<FlowDefect> _defects = [];

    private readonly HashSet<object> _checked = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<FlowDefect> All => _defects;

    /// <summary>Adds a defect.</summary>
    /// <param name="path">The path of the offending node, from the flow that is built.</param>
    /// <param name="problem">What is wrong, with the offending value; no full stop.</param>
    /// <param name="cure">What to write instead; no full stop.</param>
    public void Add(string path, string problem, string cure)
    {
        var defect = new FlowDefect(path, problem, cure);
        if (!_defects.Contains(defect)) _defects.Add(defect);
    }

    /// <summary>Whether a definition is met for the first time: what many places share is looked into once.</summary>
    public bool Enter(object definition) => _checked.Add(definition);

    public void ThrowIfAny(string flow)
    {
        if (_defects.Count > 0) throw ToException(flow);
    }

    public FlowDefinitionException ToException(string flow) => new(flow, _defects);
}
