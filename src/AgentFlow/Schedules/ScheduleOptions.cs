namespace AgentFlow;

/// <summary>What becomes of the times at which nobody was there to fire.</summary>
public enum MissedFires
{
    /// <summary>The latest of them is made up for, however many there were.</summary>
    FireOnce,

    /// <summary>The latest ones are made up for, oldest first, up to <see cref="ScheduleOptions.MaxMissed"/>.</summary>
    FireAll,

    /// <summary>They are left out.</summary>
    Skip,
}

/// <summary>What happens when a schedule fires while its previous run is still active.</summary>
public enum Overlap
{
    /// <summary>Both run.</summary>
    Allow,

    /// <summary>The fire is left out. A suspended run is active.</summary>
    Skip,
}

/// <summary>How a schedule fires.</summary>
public sealed record ScheduleOptions
{
    internal static readonly ScheduleOptions Default = new();

    /// <summary>What becomes of the times at which no process was there. Default: the latest is made up for.</summary>
    public MissedFires Missed { get; init; } = MissedFires.FireOnce;

    /// <summary>How many missed times are made up for with <see cref="MissedFires.FireAll"/>, 1 to 1000. Default: 10.</summary>
    public int MaxMissed { get; init; } = 10;

    /// <summary>How late a fire may be before it counts as missed, up to a day. Default: one minute.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What happens while the previous run is active. Default: both run.</summary>
    public Overlap Overlap { get; init; } = Overlap.Allow;

    /// <summary>How the runs are started. Their ids follow from the schedule's name and the time, so leave <see cref="RunOptions.Id"/> out.</summary>
    public RunOptions Run { get; init; } = RunOptions.Default;

    internal void Validate()
    {
        OptionRange.Defined(Missed, nameof(Missed));
        OptionRange.Defined(Overlap, nameof(Overlap));
        OptionRange.Within(Tolerance, TimeSpan.Zero, OptionRange.Day, nameof(Tolerance));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMissed, 1, nameof(MaxMissed));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMissed, 1000, nameof(MaxMissed));
        ArgumentNullException.ThrowIfNull(Run);
        Run.Validate();
        if (Run.Id is { } id) throw new ArgumentException($"ScheduleOptions.Run.Id is '{id}'. Leave it out: every run of a schedule has an id of its own, made of the schedule's name and the time.", nameof(Run));
    }
}

/// <summary>One time at which a schedule fires, for whatever makes the input of the run.</summary>
/// <param name="Schedule">The name of the schedule.</param>
/// <param name="Due">When it was due, in UTC. The same time gives the same run, so the input follows from it and not from the clock.</param>
public readonly record struct ScheduledFire(string Schedule, DateTimeOffset Due);
