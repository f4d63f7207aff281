namespace AgentFlow;

/// <summary>What the builders of one flow share: its name and version, the names used in its scope, the defects found so far.</summary>
internal sealed class FlowDraft
{
    private object? _last;
    private bool _built;

    public FlowDraft(string name)
    {
        Name = StepName.Validate(name);
        Scope = new DraftScope(Defects, Name);
    }

    public string Name { get; }

    public int Version { get; set; } = 1;

    public int? Resumes { get; set; }

    public DefectList Defects { get; } = new();

    public DraftScope Scope { get; }

    /// <summary>A builder is continued once: the same draft cannot become two flows.</summary>
    public void Continue(object from, object next)
    {
        ThrowIfBuilt();
        if (_last is not null && !ReferenceEquals(_last, from))
        {
            throw new InvalidOperationException($"This builder of flow '{Name}' has been continued before: every verb returns the builder to go on with. Chain the verbs, or keep the returned builder.");
        }

        _last = next;
    }

    /// <summary>Checks what the structure as a whole shows, and throws with every defect.</summary>
    public void Freeze(object last, Step flow)
    {
        ThrowIfBuilt();
        Continue(last, last);
        DefinitionCheck.Run(flow, Defects);
        Defects.ThrowIfAny(Name);
        _built = true;
    }

    public void ThrowIfBuilt()
    {
        if (_built) throw new InvalidOperationException($"The builder of flow '{Name}' has been used to build a flow already. Start a new one with Flow.Start.");
    }
}
