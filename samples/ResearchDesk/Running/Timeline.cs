using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFlow;
using AgentFlow.Journaling;

namespace ResearchDesk;

/// <summary>Says in lines what a run does while it does it: who delegates what and why, what is planned, disputed, decided and sent back.</summary>
internal sealed partial class Timeline(TextWriter screen)
{
    private const int LongestLine = 240;
    private DateTimeOffset? _start;

    public async Task FollowAsync(FlowRun run)
    {
        await foreach (var seen in run.Events)
        {
            if (seen is not EntryAppended { Entry: var entry }) continue;
            _start ??= entry.Time;
            foreach (var (who, what) in Lines(entry)) await WriteAsync(entry.Time - _start.Value, who, what);
        }
    }

    private static IEnumerable<(string Who, string What)> Lines(JournalEntry entry) => entry switch
    {
        DecisionMadeEntry { Value: SupervisorTurn<JsonElement, Conclusion> turn } => Turn(turn),
        DecisionMadeEntry { Path.Name: "(plan)", Reason: { } plan } => [("planner", Plan(plan))],
        DecisionMadeEntry { Path.Name: "(progress)", Reason: { } progress } => [("planner", progress)],
        DecisionMadeEntry { Path.Name: "(ruling)", Reason: { } ruling } => [("judge", Named().Replace(ruling, ""))],
        DecisionMadeEntry { Path.Name: "(check)" or "(judged)", Value: Verdict { IsReady: false } verdict } => verdict.Reasons.Select(reason => ("review", $"sent back: {reason}")),
        DecisionMadeEntry { Path.Name: "(judged)" } => [("review", "ready")],
        EffectCompletedEntry { Path.Name: "compare", Value: Findings compared } => compared.Remarks.Select(remark => ("compare", remark.Text)),
        EffectCompletedEntry { Path.Name: "describe_table" or "read_text" } read => [("reader", $"has {FileOf(read.Path)}")],
        EffectFailedEntry failed => [(failed.Path.Name, $"failed: {failed.Message}")],
        _ => [],
    };

    private static IEnumerable<(string Who, string What)> Turn(SupervisorTurn<JsonElement, Conclusion> turn) =>
    [
        .. turn.Accepted.Select(i => turn.Move.Delegations![i]).Select(given => ("lead", $"-> {given.Worker}: {given.Reason}")),
        .. turn.Notices.Select(notice => ("lead", $"is told: {notice}")),
        .. turn.Move.Finish is null ? Array.Empty<(string, string)>() : [("lead", $"ends: {turn.Move.Reason}")],
    ];

    /// <summary>The ids of the steps; what they wait for and what they are to do is left out.</summary>
    private static string Plan(string plan)
    {
        string[] steps = [.. plan.Split("; ").Select(step => Id().Match(step).Value)];
        return $"plans {steps.Length} steps: {string.Join(", ", steps)}";
    }

    private static string FileOf(StepPath path) => Reading().Match($"{path}").Groups[1].Value;

    private async Task WriteAsync(TimeSpan at, string who, string what)
    {
        var text = what.Length > LongestLine ? $"{what[..LongestLine]} …" : what;
        await screen.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,6:0.00} s  {who,-8} {text}"));
    }

    [GeneratedRegex("^.*?(?= after |: |$)")]
    private static partial Regex Id();

    [GeneratedRegex(@"^'judge' says \d+: ")]
    private static partial Regex Named();

    [GeneratedRegex("/read (.+?)/read-")]
    private static partial Regex Reading();
}
