using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>What a fork takes over from the entries of another run. Left out is what was true of that run alone.</summary>
internal static class ForkedEntries
{
    private static readonly string[] Admission = ["(input)", $"({PolicyOperation.StartRun})", $"({PolicyOperation.ResumeRun})"];

    /// <summary>The entries behind the first one, free to stand in another list.</summary>
    /// <param name="prefix">The first entries of the run.</param>
    /// <param name="edited">What takes the place of some of them, by their index.</param>
    /// <param name="isEdited">Whether anything is other than it was: what effects were given is not compared then.</param>
    /// <param name="id">The fork.</param>
    public static IEnumerable<JournalEntry> Of(IReadOnlyList<JournalEntry> prefix, IReadOnlyDictionary<int, JournalEntry> edited, bool isEdited, RunId id)
    {
        var decided = prefix.Where(static entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }).Select(static entry => entry.Path).ToHashSet();
        var begun = prefix.OfType<EffectIntendedEntry>().Select(static entry => entry.Path).Where(path => !decided.Contains(path)).ToHashSet();
        for (var at = 1; at < prefix.Count; at++)
        {
            var recorded = prefix[at];
            if (IsOfTheRunAlone(recorded) || IsAdmission(recorded.Path) || begun.Contains(recorded.Path) || IsAboutOneOf(begun, recorded.Path)) continue;
            var entry = edited.TryGetValue(at, out var other) ? other : recorded.Detached();
            if (isEdited) entry.ForgetGiven();
            entry.Ticks = recorded.Ticks;
            yield return Under(id, entry);
        }
    }

    /// <summary>What the flow started from, when it was judged then: a policy or a human may have changed it.</summary>
    public static DecisionMadeEntry? AdmittedInput(IEnumerable<JournalEntry> prefix) =>
        prefix.OfType<DecisionMadeEntry>().LastOrDefault(static entry => entry.Path.Name == "(input)" && entry.Path.Parent is { Parent: null });

    /// <summary>Where it stood, whether it was paused, and how it was let start.</summary>
    private static bool IsOfTheRunAlone(JournalEntry entry) => entry
        is RunStatusEntry or RunSuspendedEntry
        or OperatorActedEntry { Act: OperatorAct.Paused or OperatorAct.Continued }
        or PolicyDecidedEntry { Operation: PolicyOperation.StartRun or PolicyOperation.ResumeRun or PolicyOperation.OperateRun };

    private static bool IsAdmission(StepPath path)
    {
        var node = path;
        while (node.Parent is { Parent: not null } parent) node = parent;
        return node.Parent is not null && Admission.Contains(node.Name);
    }

    /// <summary>An effect that had begun, and whose end lies behind the cut, begins anew: nobody is to be asked what became of it.</summary>
    private static bool IsAboutOneOf(HashSet<StepPath> begun, StepPath path) => path.Parent is { } parent && path.Name == "(uncertain)" && begun.Contains(parent);

    private static JournalEntry Under(RunId id, JournalEntry entry)
    {
        JournalEntry renamed = entry switch
        {
            RequestOpenedEntry opened => new RequestOpenedEntry(entry.Path, opened.Request with { Id = $"{id}/{entry.Path}", RunId = id }),
            RequestResolvedEntry resolved => resolved.Under($"{id}/{entry.Path}"),
            RequestChangedEntry changed => changed.Under($"{id}/{entry.Path}"),
            _ => entry,
        };
        (renamed.Ticks, renamed.Label) = (entry.Ticks, entry.Label);
        return renamed;
    }
}
