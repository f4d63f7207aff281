namespace AgentFlow;

/// <summary>A step and the path where it is used, whole or from the place of the step around it.</summary>
internal readonly record struct StepPlace(Step Step, string Path)
{
    /// <summary>Every effect in and below the place that must not happen twice. Looks into nothing that has none.</summary>
    public IEnumerable<string> Irreversible()
    {
        var open = new Stack<StepPlace>([this]);
        while (open.TryPop(out var place))
        {
            if (!place.Step.IsIrreversible) continue;
            var parts = place.Step.Parts;
            if (parts.Count == 0) yield return place.Path;
            for (var i = parts.Count - 1; i >= 0; i--) open.Push(new(parts[i].Step, place.Path + parts[i].Path));
        }
    }
}
