using System.Text;
using AgentFlow.Approvals;

namespace AgentFlow.Testing;

/// <summary>Says what a run waits for that can never come.</summary>
internal static class StuckRun
{
    internal static FlowAssertionException Report(RunDriver driver, FlowRun? run, string unusedAnswers)
    {
        if (run is null) return new("Nothing can go on, and what was waited for has not happened.");
        var requests = driver.Runtime.Requests.Open.Where(request => request.RunId == run.Id).ToList();
        var effects = driver.Effects.In(run).Where(effect => requests.TrueForAll(request => !request.Path.IsWithin(effect.Path))).ToList();
        var text = new StringBuilder($"Run {run.Id} of '{run.FlowName}' cannot go on.");
        foreach (var request in requests) text.Append($"\n  It waits for an answer to {Describe(request)}");
        foreach (var effect in effects.Where(static effect => effect.Sleeps == 0)) text.Append($"\n  It waits for '{effect.Path}', {(effect.HasBody ? "whose body has not returned" : "which has not got as far as its body")}.");
        if (run.Awake > effects.Count) text.Append("\n  Its flow awaits something that does not come from its FlowContext. Await only the context's own calls in flow code.");
        if (run.Status == RunStatus.Queued) text.Append("\n  It waits for its turn: SchedulerOptions.MaxConcurrentRuns are executing.");
        foreach (var (signal, path) in run.AwaitedSignals()) text.Append($"\n  It waits for signal '{signal}' at '{path}'. Send it before the run is driven, or while it is: host.Runtime.SignalAsync(run.Id, \"{signal}\", …).");
        if (requests.Count > 0) text.Append($"\n  Script the answer: {Cure(requests[0])}");
        else if (effects.Count > 0) text.Append("\n  What a body waits for is neither virtual time nor about to happen: pass it the host's Time, or end what it waits for.");
        if (unusedAnswers.Length > 0) text.Append($"\n  Answers that were scripted and fit no request:{unusedAnswers}");
        return new(text.Append($"\n{RunTimeline.Excerpt(run.Entries)}").ToString());
    }

    internal static string Describe(ApprovalRequest request) =>
        $"'{request.Name}' at '{request.Path}': {ContentLines.Quote(request.Prompt)}, about {ContentLines.OfValueInLine(request.Value)}";

    private static string Cure(ApprovalRequest request) => request.Kind == RequestKind.Question
        ? $"host.Answers.Answer(\"{request.Name}\", …), a {TypeNames.Short(request.AnswerType)}"
        : $"host.Answers.Approve(\"{request.Name}\"), Modify or Reject";
}
