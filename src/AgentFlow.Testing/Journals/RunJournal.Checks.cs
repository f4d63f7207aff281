using System.Globalization;
using System.Text;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <content>What the assertions are made of.</content>
public sealed partial class RunJournal
{
    private const int MaxLines = 50;

    private List<JournalEntry> Completed => [.. Effects.OfType<EffectCompletedEntry>()];

    /// <summary>
    /// No body was executed more often than its outcome has attempts: neither a replay nor a resumption repeated an effect.
    /// </summary>
    /// <exception cref="FlowAssertionException">One was; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The run was not started by a <see cref="FlowTestHost"/>: nobody has counted.</exception>
    public RunJournal NothingExecutedTwice()
    {
        if (_run.Runtime.Options.Watch is not LiveEffects effects)
        {
            throw new InvalidOperationException($"Nobody counted the executions of run {_run.Id}: start it with a {nameof(FlowTestHost)}.");
        }

        var repeated = effects.Executed(_run.Id)
            .Select(executed => (executed.Path, executed.Count, Allowed: AttemptsAt(executed.Path)))
            .Where(static executed => executed.Count > executed.Allowed)
            .Select(static executed => $"'{executed.Path}': executed {Times(executed.Count)}, recorded {Times(executed.Allowed)}")
            .ToList();
        return Check(repeated.Count == 0, "Effects were executed more often than was recorded.", "repeated were", repeated);
    }

    private int AttemptsAt(StepPath path)
    {
        var attempts = 1;
        foreach (var entry in Entries.Where(entry => entry.Path.Equals(path)))
        {
            attempts = entry switch
            {
                EffectCompletedEntry completed => completed.Attempt,
                EffectFailedEntry { IsFinal: true } failed => failed.Attempt,
                EffectFailedEntry failed => failed.Attempt + 1,
                _ => attempts,
            };
        }

        return attempts;
    }

    /// <summary>A route is recorded by the text of its key.</summary>
    private static bool IsFor(DecisionMadeEntry decision, object? value) => Equals(decision.Value, value)
        || decision.Decision == DecisionKind.Route && Equals(decision.Value, Convert.ToString(value, CultureInfo.InvariantCulture));

    private IEnumerable<JournalEntry> CompletedAt(string path) => Completed.Where(Fits(path));

    private static Func<JournalEntry, bool> Fits(string path)
    {
        var pattern = new PathPattern(path);
        return entry => pattern.Fits(entry.Path.ToString());
    }

    private RunJournal Check<T>(bool holds, string message, string title, IReadOnlyList<T> found)
    {
        if (holds) return this;
        var text = new StringBuilder(message).Append($"\n  {title}:");
        if (found.Count == 0) text.Append(" none");
        foreach (var item in found.Take(MaxLines)) text.Append($"\n    {Line(item)}");
        if (found.Count > MaxLines) text.Append($"\n    … and {found.Count - MaxLines} more");
        throw new FlowAssertionException(text.Append($"\nRun {_run.Id} of '{_run.FlowName}', {_run.Status}:\n{RunTimeline.Excerpt(Entries)}").ToString());
    }

    private static string Line(object? item) => item switch
    {
        EffectFailedEntry failed => $"'{failed.Path}' with {failed.ErrorType}: {failed.Message}",
        DecisionMadeEntry decision => $"{ContentLines.OfValueInLine(decision.Value)} at '{decision.Path}' ({decision.Decision})",
        PolicyDecidedEntry policy => $"{policy.Effect} by '{policy.Policy}' at '{policy.Path}': {policy.Reason}",
        JournalEntry entry => $"'{entry.Path}'",
        _ => item?.ToString() ?? "",
    };

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
