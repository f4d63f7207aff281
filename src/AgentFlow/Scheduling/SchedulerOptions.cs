using System.Diagnostics;

namespace AgentFlow.Scheduling;

/// <summary>
/// How much runs at the same time. Plain data, not thread-safe; the runtime reads it once when it is created,
/// so that later changes have no effect. A value out of range is an <see cref="InvalidOptionException"/> there.
/// </summary>
[DebuggerDisplay("effects {MaxConcurrentEffects}, runs {MaxConcurrentRuns}, queued {MaxQueuedRuns}, lanes {Lanes.Count}")]
public sealed class SchedulerOptions
{
    /// <summary>How many effects run at the same time, over all runs and lanes: 1 or more. Default <see langword="null"/>: no limit.</summary>
    public int? MaxConcurrentEffects { get; set; }

    /// <summary>How many runs execute at the same time: 1 or more. Default <see langword="null"/>: no limit, and no queue of runs.</summary>
    public int? MaxConcurrentRuns { get; set; }

    /// <summary>How many accepted runs may wait for their turn, over all priorities: 1 or more. Default 10,000.</summary>
    public int MaxQueuedRuns { get; set; } = 10_000;

    /// <summary>What starting a run does while <see cref="MaxQueuedRuns"/> are queued. A resumed run is never rejected.</summary>
    public QueueFullMode WhenFull { get; set; } = QueueFullMode.Wait;

    /// <summary>The lanes by name; names are compared ordinally. An effect that names a lane which is not here is an error.</summary>
    public IDictionary<string, LaneOptions> Lanes { get; } = new Dictionary<string, LaneOptions>(StringComparer.Ordinal);

    /// <summary>
    /// Reads from the exception of an effect when its service wants to be asked again; <see langword="null"/> when it says nothing of it.
    /// Lanes with limits per minute, and those that honour it, begin nothing until then; the effect itself is repeated under its own retry
    /// options. Default: <see cref="Scheduling.RetryAfter.Of"/>. Pure; may be called on any thread.
    /// </summary>
    public Func<Exception, RetryAfter?> RetryAfter { get; set; } = Scheduling.RetryAfter.Of;

    /// <summary>Adds a lane with limits of several kinds: <c>AddLane("openai", o =&gt; o.Concurrency(8).RequestsPerMinute(600).TokensPerMinute(90_000))</c>.</summary>
    /// <param name="name">The name effects refer to; not empty.</param>
    /// <param name="configure">Sets the limits. Without a <see cref="LaneOptions.Concurrency"/> any number of effects run at the same time.</param>
    /// <returns>These options, to add the next lane.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOptionException">There is a lane of that name.</exception>
    public SchedulerOptions AddLane(string name, Action<LaneOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        var lane = new LaneOptions { MaxConcurrent = int.MaxValue };
        configure(lane);
        return Add(name, lane);
    }

    /// <summary>Adds a lane: a named limit, for example of a model endpoint, that the effects of all runs share.</summary>
    /// <param name="name">The name effects refer to; not empty.</param>
    /// <param name="maxConcurrent">How many effects of the lane run at the same time: 1 or more.</param>
    /// <returns>These options, to add the next lane.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOptionException">There is a lane of that name.</exception>
    public SchedulerOptions AddLane(string name, int maxConcurrent)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(name, new LaneOptions { MaxConcurrent = maxConcurrent });
    }

    private SchedulerOptions Add(string name, LaneOptions lane)
    {
        if (!Lanes.TryAdd(name, lane))
        {
            throw new InvalidOptionException(
                $"{nameof(SchedulerOptions)}.{nameof(AddLane)} name", name, "Lane names are unique: add each once, or change Lanes[name].");
        }

        return this;
    }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        AtLeastOne(MaxConcurrentEffects, nameof(MaxConcurrentEffects), " or null for no limit");
        AtLeastOne(MaxConcurrentRuns, nameof(MaxConcurrentRuns), " or null for no limit");
        AtLeastOne(MaxQueuedRuns, nameof(MaxQueuedRuns), "");
        if (WhenFull is not (QueueFullMode.Wait or QueueFullMode.Reject))
        {
            throw new InvalidOptionException(
                $"{nameof(SchedulerOptions)}.{nameof(WhenFull)}", WhenFull, "Use QueueFullMode.Wait or QueueFullMode.Reject.");
        }

        if (RetryAfter is null)
        {
            throw new InvalidOptionException($"{nameof(SchedulerOptions)}.{nameof(RetryAfter)}", null, "Leave the default, or set your own.");
        }

        foreach ((string name, LaneOptions lane) in Lanes)
        {
            AtLeastOne(lane?.MaxConcurrent ?? 0, $"{nameof(Lanes)}[\"{name}\"].{nameof(LaneOptions.MaxConcurrent)}", "");
            AtLeastOne(lane!.MaxRequestsPerMinute, $"{nameof(Lanes)}[\"{name}\"].{nameof(LaneOptions.MaxRequestsPerMinute)}", " or null for no limit");
            AtLeastOne(lane.MaxTokensPerMinute, $"{nameof(Lanes)}[\"{name}\"].{nameof(LaneOptions.MaxTokensPerMinute)}", " or null for no limit");
            if (lane.LongestPause <= TimeSpan.Zero || lane.LongestPause > OptionRange.Day)
            {
                throw new InvalidOptionException($"{nameof(SchedulerOptions)}.{nameof(Lanes)}[\"{name}\"].{nameof(LaneOptions.LongestPause)}", lane.LongestPause, "Use more than zero and at most a day.");
            }
        }
    }

    private static void AtLeastOne(int? value, string option, string alternative)
    {
        if (value < 1)
        {
            throw new InvalidOptionException($"{nameof(SchedulerOptions)}.{option}", value, $"Use 1 or more{alternative}.");
        }
    }
}
