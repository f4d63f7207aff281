using AgentFlow;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>A step per file, and one that compares. What failed is left out of the next plan.</summary>
internal static class PlannerRole
{
    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var asked = conversation.Input<PlanRequest<ResearchOrder, Findings>>();
        var failed = asked.Progress.Where(line => line.State == PlanStepState.Failed).Select(line => line.Id).ToHashSet();
        var done = asked.Progress.Where(line => line.State == PlanStepState.Done).Select(line => line.Id).ToHashSet();
        PlanStep[] reading =
        [
            .. from file in asked.Goal.Files
               let isTable = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
               let id = Id(file)
               where !failed.Contains(id)
               select new PlanStep(id, isTable ? $"Add up the table {file}." : $"Read the text {file}.", isTable ? "tables" : "texts", []),
        ];
        var open = reading.Where(step => !done.Contains(step.Id)).ToList();
        if (!done.Contains("compare") && reading.Length > 0) open.Add(new("compare", "Compare what the files tell.", "compare", [.. reading.Select(step => step.Id)]));
        yield return Conversation.Say(new TaskPlan(open));
    }

    private static string Id(string file) => $"read {file.Replace('#', '-').Replace('~', '-')}";
}
