using AgentFlow;

namespace ResearchDesk;

/// <summary>Those who plan the research and do it. What they get reaches the model as JSON, what they answer is parsed into their type.</summary>
internal static class Researchers
{
    /// <summary>No model is needed for this.</summary>
    public static Step<PlannedTask<ResearchOrder, Findings>, Findings> Compare { get; } = Step.Create<PlannedTask<ResearchOrder, Findings>, Findings>(
        "compare", (task, _) => new([], [.. Findings.Of(task.Results.Select(result => result.Result)).Disputes().Select(dispute => new Remark($"The files disagree: {dispute}.", "compare"))]));

    public static Agent<PlanRequest<ResearchOrder, Findings>, TaskPlan> Planner() =>
        Agent.Create<PlanRequest<ResearchOrder, Findings>, TaskPlan>("planner").Instructions(Roles.Planner).OnTheModel().Build();

    public static Agent<PlannedTask<ResearchOrder, Findings>, Findings> TableAnalyst(Shelf shelf) =>
        Agent.Create<PlannedTask<ResearchOrder, Findings>, Findings>("read-table").Instructions(Roles.TableAnalyst).OnTheModel().Tools(
            Tool.From("describe_table", "The columns of a CSV file", (string file) => shelf.Table(file).Describe(), o => o.Effect(EffectClass.Read)),
            Tool.From("sum_table", "The sums of a column with numbers, for each value of another column", (string file, string column, string by) => shelf.Table(file).Sum(column, by), o => o.Effect(EffectClass.Read)))
        .Build();

    public static Agent<PlannedTask<ResearchOrder, Findings>, Findings> TextAnalyst(Shelf shelf) =>
        Agent.Create<PlannedTask<ResearchOrder, Findings>, Findings>("read-text").Instructions(Roles.TextAnalyst).OnTheModel().Tools(
            Tool.From("read_text", "The content of a text file", (string file) => shelf.Text(file), o => o.Effect(EffectClass.Read)))
        .Build();
}
