namespace AgentFlow.Scheduling;

/// <summary>The limits of one lane. Read once, when the runtime is created. Not thread-safe.</summary>
public sealed class LaneOptions
{
    /// <summary>How many effects of the lane run at the same time, over all runs: 1 or more. Default 1.</summary>
    public int MaxConcurrent { get; set; } = 1;

    /// <summary>
    /// How many effects of the lane begin within a minute, in any 60 seconds wherever they start: 1 or more. An attempt that is repeated
    /// counts again. Default <see langword="null"/>: no limit.
    /// </summary>
    public int? MaxRequestsPerMinute { get; set; }

    /// <summary>
    /// How many tokens the model calls that begin within a minute take, in any 60 seconds wherever they start: 1 or more. Before a call its
    /// tokens are estimated, input and output; after it what was really used counts in their place. Where the estimate was too low the
    /// window holds more than the limit, and the next call waits until it no longer does. Other effects count as one token.
    /// Default <see langword="null"/>: no limit.
    /// </summary>
    public int? MaxTokensPerMinute { get; set; }

    /// <summary>
    /// Whether nothing of the lane begins while the service asks for a pause; see <see cref="SchedulerOptions.RetryAfter"/>. Always so in a
    /// lane with limits per minute. Default <see langword="false"/>.
    /// </summary>
    public bool HonoursRetryAfter { get; set; }

    /// <summary>The longest pause that a service may ask for, more than zero and at most a day. Default: 5 minutes.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(5);

    internal bool IsRated => HonoursRetryAfter || MaxRequestsPerMinute is not null || MaxTokensPerMinute is not null;

    /// <summary>Sets <see cref="MaxConcurrent"/>.</summary>
    /// <param name="effects">1 or more.</param>
    public LaneOptions Concurrency(int effects)
    {
        MaxConcurrent = effects;
        return this;
    }

    /// <summary>Sets <see cref="MaxRequestsPerMinute"/>.</summary>
    /// <param name="requests">1 or more.</param>
    public LaneOptions RequestsPerMinute(int requests)
    {
        MaxRequestsPerMinute = requests;
        return this;
    }

    /// <summary>Sets <see cref="MaxTokensPerMinute"/>.</summary>
    /// <param name="tokens">1 or more.</param>
    public LaneOptions TokensPerMinute(int tokens)
    {
        MaxTokensPerMinute = tokens;
        return this;
    }

    /// <summary>Sets <see cref="HonoursRetryAfter"/>, and optionally <see cref="LongestPause"/>.</summary>
    /// <param name="longest">The longest pause that a service may ask for; unchanged when not given.</param>
    public LaneOptions HonourRetryAfter(TimeSpan? longest = null)
    {
        HonoursRetryAfter = true;
        LongestPause = longest ?? LongestPause;
        return this;
    }
}
