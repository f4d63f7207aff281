namespace AgentFlow;

/// <summary>Finds everything that is wrong with a plan, in words for the planner.</summary>
internal static class PlanCheck
{
    private const int MaxDefects = 20;

    public static IReadOnlyList<string> Defects(TaskPlan? plan, IReadOnlyCollection<string> capabilities, IReadOnlyCollection<string> done, int maxSteps)
    {
        if (plan is null) return ["there is no plan"];
        if (plan.Steps.Count == 0) return done.Count > 0 ? [] : ["the plan has no steps"];
        if (plan.Steps.Count > maxSteps) return [$"the plan has {plan.Steps.Count} steps, at most {maxSteps} are allowed"];
        if (plan.Steps.Any(step => step is null)) return ["a step is null"];
        var defects = new List<string>();
        var ids = plan.Steps.Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var group in plan.Steps.GroupBy(step => step.Id, StringComparer.Ordinal))
        {
            if (NameDefect(group.Key) is { } problem) defects.Add(problem);
            if (group.Count() > 1) defects.Add($"id '{group.Key}' is given {group.Count()} times");
            if (group.Key is not null && done.Contains(group.Key)) defects.Add($"step '{group.Key}' is done already: leave it out, or give the new step another id");
        }

        foreach (var step in plan.Steps)
        {
            if (string.IsNullOrWhiteSpace(step.Task)) defects.Add($"step '{step.Id}' has no task");
            if (step.Capability is null || !capabilities.Contains(step.Capability)) defects.Add($"nobody is capable of '{step.Capability}', which step '{step.Id}' takes; there are: {string.Join(", ", capabilities)}");
            defects.AddRange(step.After.Where(id => id is null || !ids.Contains(id) && !done.Contains(id)).Select(id => $"step '{step.Id}' comes after '{id}', which is neither in the plan nor done"));
        }

        if (defects.Count == 0 && Cycle(plan) is { } cycle) defects.Add($"steps wait for each other: {string.Join(" → ", cycle)}");
        return defects.Count <= MaxDefects ? defects : [.. defects.Take(MaxDefects), $"and {defects.Count - MaxDefects} more"];
    }

    private static string? NameDefect(string? id)
    {
        try
        {
            StepName.Validate(id ?? "");
            return null;
        }
        catch (ArgumentException exception)
        {
            return $"an id is no name: {exception.Message.Split(" (Parameter", 2)[0]}";
        }
    }

    /// <summary>The steps of a circle, the first one again at the end; null when there is none.</summary>
    private static List<string>? Cycle(TaskPlan plan)
    {
        var steps = plan.Steps.ToDictionary(step => step.Id, StringComparer.Ordinal);
        var left = new HashSet<string>(steps.Keys, StringComparer.Ordinal);
        while (left.FirstOrDefault(id => !steps[id].After.Any(left.Contains)) is { } free) left.Remove(free);
        if (left.Count == 0) return null;
        var way = new List<string>();
        for (var at = left.First(); ; at = steps[at].After.First(left.Contains))
        {
            var start = way.IndexOf(at);
            way.Add(at);
            if (start >= 0) return way[start..];
        }
    }
}
