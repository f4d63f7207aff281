namespace AgentFlow.Journaling;

/// <summary>What kind of thing a run waits for.</summary>
public enum WaitKind
{
    /// <summary>A human's answer.</summary>
    Request,

    /// <summary>A date: a delay, or the time limit of a flow.</summary>
    Date,

    /// <summary>The deadline of the whole run.</summary>
    Deadline,

    /// <summary>An operator, who has paused the run.</summary>
    Pause,

    /// <summary>A signal from outside.</summary>
    Signal,
}

/// <summary>One thing a suspended run waits for.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Path">Where in the run.</param>
/// <param name="Date">When a request or the wait for a signal was opened, or the date that is waited for.</param>
/// <param name="Name">The name of a request or a signal; <see langword="null"/> for a date.</param>
/// <param name="Role">Who may answer a request; <see langword="null"/> means anybody.</param>
public sealed record PendingWait(WaitKind Kind, StepPath Path, DateTimeOffset Date, string? Name = null, string? Role = null)
{
    /// <summary>When the wait ends by itself although nobody has answered; <see langword="null"/> when it does not.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When the run goes on by itself because of it.</summary>
    internal DateTimeOffset? WakesAt => Kind is WaitKind.Date or WaitKind.Deadline ? Date : Due;
}

/// <summary>
/// Every branch of the run waits. The entry says for what, so that a process that opens the journal lists and wakes the run without
/// executing it.
/// </summary>
public sealed class RunSuspendedEntry : RunStatusEntry
{
    internal RunSuspendedEntry(StepPath path, FlowIdentity flow, IReadOnlyList<PendingWait> waits, string? reason)
        : base(JournalEntryKind.RunSuspended, path, reason)
    {
        Flow = flow;
        Waits = waits;
    }

    /// <summary>What the run waits for, in the order in which it was opened. None when it is held: the reason says why, and a later recovery tries again.</summary>
    public IReadOnlyList<PendingWait> Waits { get; }

    internal FlowIdentity Flow { get; }
}
