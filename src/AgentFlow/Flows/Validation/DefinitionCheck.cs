namespace AgentFlow;

/// <summary>The checks that need the whole structure. A flow that is used in another one has passed them when it was built.</summary>
internal static class DefinitionCheck
{
    /// <summary>How many places inside of one step are named for the same reason.</summary>
    public const int MaxPerStep = 20;

    /// <summary>The defects of a step that code runs: no <c>Build()</c> has seen it.</summary>
    public static FlowDefinitionException Defects(Step step, StepPath path)
    {
        var defects = new DefectList();
        step.Validate(defects, path.ToString());
        return defects.ToException(path.ToString().Split('/')[0]);
    }

    public static void Run(Step flow, DefectList defects)
    {
        foreach (var part in flow.Parts) part.Step.Validate(defects, flow.Name + part.Path);
    }
}
