namespace AgentFlow;

/// <summary>The checks that need the whole structure, nested flows included.</summary>
internal static class DefinitionCheck
{
    /// <summary>The defects of a step that code runs: no <c>Build()</c> has seen it.</summary>
    public static FlowDefinitionException Defects(Step step, StepPath path)
    {
        var defects = new DefectList();
        step.Validate(defects, path.ToString());
        return defects.ToException(path.ToString().Split('/')[0]);
    }

    public static void Run(IFlowDefinition flow, DefectList defects)
    {
        foreach (var (step, path, repeatedBy) in flow.Sketch().Steps)
        {
            step.Validate(defects, path);
            if (repeatedBy is not null && step.IsEffect && step.Plan.Effect == EffectClass.Irreversible)
            {
                defects.Add(path, $"the step is irreversible, and flow '{repeatedBy}' repeats it when it is retried", "retry the steps that may be repeated, not the flow around them");
            }
        }
    }
}
