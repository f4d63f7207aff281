namespace AgentFlow;

/// <content>Whether the registered definitions and this runtime fit together.</content>
public sealed partial class FlowRuntime
{
    /// <summary>
    /// What the registered steps, flows and agents need and this runtime does not have: models, lanes and the services of step classes. A host asks when it starts, so
    /// that the first run does not find out. What code inside of <c>Flow.FromCode</c> runs is not seen.
    /// </summary>
    /// <returns>Every defect with its place and cure; empty when all is well.</returns>
    public IReadOnlyList<FlowDefect> FindDefects()
    {
        var defects = new DefectList();
        foreach (var step in Steps.All) Check(step, step.Name, defects);
        return defects.All;
    }

    /// <summary>Checks a step and everything inside of it. A loop: flows may be nested deeper than a stack is.</summary>
    internal void Check(Step step, string path, DefectList defects)
    {
        var open = new Stack<StepPlace>([new(step, path)]);
        while (open.TryPop(out var place))
        {
            place.Step.CheckAgainst(this, defects, place.Path);
            if (!defects.Enter(place.Step.Shape)) continue;
            foreach (var part in place.Step.Parts.Reverse()) open.Push(new(part.Step, place.Path + part.Path));
        }
    }

    internal void CheckLane(string? lane, DefectList defects, string path)
    {
        if (lane is null || Scheduler.FindLane(lane) is not null) return;
        var lanes = Options.Scheduler.Lanes.Keys.Order(StringComparer.Ordinal).ToList();
        var have = lanes.Count == 0 ? "it has none" : $"it has {string.Join(", ", lanes)}";
        defects.Add(path, $"the step runs in lane '{lane}', which the runtime does not have; {have}", $"add it with AddLane(\"{lane}\", …) or FlowRuntimeOptions.Scheduler.AddLane(\"{lane}\", …)");
    }
}
