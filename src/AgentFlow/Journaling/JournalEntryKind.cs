namespace AgentFlow.Journaling;

/// <summary>What an entry states. The numbers are part of the stored format and never change.</summary>
public enum JournalEntryKind
{
    /// <summary>The run was accepted: flow, version, fingerprint, input, principal, tags, trace context.</summary>
    RunStarted = 1,

    /// <summary>An irreversible effect is about to start.</summary>
    EffectIntended = 2,

    /// <summary>An effect yielded a result.</summary>
    EffectCompleted = 3,

    /// <summary>An attempt of an effect, or the effect for good, failed.</summary>
    EffectFailed = 4,

    /// <summary>Flow code decided: a route, the end of a loop, the winner of a race, an attempt, a value of the clock.</summary>
    DecisionMade = 5,

    /// <summary>A policy denied, changed or questioned an operation.</summary>
    PolicyDecided = 6,

    /// <summary>Somebody is asked.</summary>
    RequestOpened = 7,

    /// <summary>The request was answered or withdrawn.</summary>
    RequestResolved = 8,

    /// <summary>A signal from outside arrived.</summary>
    SignalReceived = 9,

    /// <summary>A wait until a date began.</summary>
    TimerSet = 10,

    /// <summary>The date came.</summary>
    TimerFired = 11,

    /// <summary>The run's state changed.</summary>
    StateChanged = 12,

    /// <summary>One agent sent something to another.</summary>
    MessageSent = 13,

    /// <summary>Every live branch waits.</summary>
    RunSuspended = 14,

    /// <summary>A suspended run continued.</summary>
    RunResumed = 15,

    /// <summary>The run yielded its result.</summary>
    RunCompleted = 16,

    /// <summary>The run failed.</summary>
    RunFailed = 17,

    /// <summary>The run was cancelled.</summary>
    RunCancelled = 18,

    /// <summary>A request was claimed, released, delegated, escalated, or approved by one of several.</summary>
    RequestChanged = 19,

    /// <summary>An operator paused or continued the run, or stood in for an effect.</summary>
    OperatorActed = 20,
}
