namespace AgentFlow;

/// <summary>What the builders of one flow share: its name, the names used in its scope, the defects found so far.</summary>
internal sealed class FlowDraft(string name)
{
    private readonly List<FlowDefect> _defects = [];
    private readonly ScopeNames _names = new();
    private bool _built;

    public string Name => name;

    /// <summary>The number of this use of a step's name in the flow's scope; two different steps with one name are a defect.</summary>
    public int Use(Step step)
    {
        var (occurrence, first) = _names.Next(step.Name, step);
        if (first is not null && (first is not Step other || !other.IsSameDefinition(step)))
        {
            Report(step.Name, $"two different steps are named '{step.Name}' in one scope", "name one of them otherwise: step.As(\"…\")");
        }

        return occurrence;
    }

    /// <summary>The number of this use of a verb's name; a name that a step or another verb has is a defect.</summary>
    public int Use(string verbName)
    {
        var (occurrence, first) = _names.Next(StepName.Validate(verbName), this);
        if (first is not null) Report(verbName, $"the name '{verbName}' is used twice in one scope", "give the verb a name of its own");
        return occurrence;
    }

    public void Report(string at, string problem, string cure) => _defects.Add(new($"{name}/{at}", problem, cure));

    public void Freeze()
    {
        if (_built) throw new InvalidOperationException($"The builder of flow '{name}' has been used to build a flow already. Start a new one with Flow.Start.");
        if (_defects.Count > 0) throw new FlowDefinitionException(name, _defects);
        _built = true;
    }
}
