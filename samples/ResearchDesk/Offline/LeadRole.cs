using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>Leads by what is known: nothing is read, something is disputed, nothing is written, all is done.</summary>
internal static class LeadRole
{
    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var known = JsonNode.Parse(conversation.Task)!;
        var brief = known["goal"].Deserialize<Brief>(Conversation.Json)!;
        var done = known["delegated"]!.AsArray();
        var research = Result<ResearchSummary>(done, "research");
        var reconciled = Result<ReconcileSummary>(done, "reconcile");
        yield return Conversation.Say(
            research is null ? Delegate("research", new ResearchOrder(brief.Question, [.. brief.Sources.Select(source => source.Name)]), $"{brief.Sources.Count} files are there, and none has been read.")
            : reconciled is null ? Delegate("reconcile", $"Settle what {research.Files.Count} files tell.",
                research.Disputes.Count == 0 ? "No figure is disputed, but the writer needs them settled." : $"Files tell {research.Disputes.Count} figures differently, {research.Disputes[0].Split(':')[0]} for one.")
            : Result<WriteSummary>(done, "write") is not { } written ? Delegate("write", new WriteOrder(brief.Question), $"{reconciled.Figures} figures are settled, {reconciled.Decided.Count} of them against another file.")
            : Finish(written, research, reconciled));
    }

    private static JsonObject Delegate<T>(string worker, T task, string why) => new()
    {
        ["reason"] = "",
        ["delegations"] = new JsonArray(new JsonObject { ["worker"] = worker, ["task"] = JsonSerializer.SerializeToNode(task, Conversation.Json), ["reason"] = why }),
        ["finish"] = null,
    };

    private static JsonObject Finish(WriteSummary written, ResearchSummary research, ReconcileSummary reconciled) => new()
    {
        ["reason"] = "The report is written and reviewed.",
        ["delegations"] = new JsonArray(),
        ["finish"] = new JsonObject
        {
            ["result"] = JsonSerializer.SerializeToNode(new Conclusion(
                $"\"{written.Title}\" rests on {reconciled.Figures} figures and {research.Remarks} remarks from {research.Files.Count} files; {reconciled.Decided.Count} disputed figures were decided.",
                [.. research.WithoutFindings.Select(file => $"What does {file} say? Nothing was found in it.")]), Conversation.Json),
        },
    };

    private static T? Result<T>(JsonArray done, string worker) where T : class =>
        done.LastOrDefault(one => (string?)one!["worker"] == worker && one["result"] is not null)?["result"].Deserialize<T>(Conversation.Json);
}
