namespace AgentFlow;

/// <summary>The names used in one scope of a flow under construction: the flow itself, or a named verb in it.</summary>
internal sealed class DraftScope(DefectList defects, string path)
{
    private readonly ScopeNames _names = new();
    private int _maps;

    /// <summary>The text form of the scope's path.</summary>
    public string Path => path;

    /// <summary>Where the next use of a step runs; two different steps with one name are a defect.</summary>
    public StepUse<TIn, TOut> Use<TIn, TOut>(Step<TIn, TOut> step) => new(step, Count(step));

    /// <summary>A step of which no second use can run in the same scope, such as a route's branch.</summary>
    public StepUse<TIn, TOut> UseExclusively<TIn, TOut>(Step<TIn, TOut> step)
    {
        Count(step);
        return new(step, 1);
    }

    /// <summary>The scope of a named verb; a name that a step or another verb has is a defect.</summary>
    public DraftScope Name(string verb)
    {
        var (_, first) = _names.Next(StepName.Validate(verb), this);
        if (first is not null) Report(verb, $"the name '{verb}' is used twice in one scope", "give the verb a name of its own");
        return new DraftScope(defects, $"{path}/{verb}");
    }

    /// <summary>A part of the scope with names of its own.</summary>
    public DraftScope Inside(string segment) => new(defects, $"{path}/{segment}");

    /// <summary>The number of the next pure mapping, for its place in messages and drawings.</summary>
    public int NextMap() => ++_maps;

    /// <summary>Reports a defect of something inside of the scope.</summary>
    public void Report(string at, string problem, string cure) => defects.Add($"{path}/{at}", problem, cure);

    /// <summary>Reports a defect of the scope itself.</summary>
    public void Report(string problem, string cure) => defects.Add(path, problem, cure);

    private int Count(Step step)
    {
        var (occurrence, first) = _names.Next(step.Name, step);
        if (first is not null && (first is not Step other || !other.IsSameAs(step)))
        {
            Report(step.Name, $"two different steps are named '{step.Name}' in one scope", "name one of them otherwise: step.As(\"…\")");
        }

        return occurrence;
    }
}
