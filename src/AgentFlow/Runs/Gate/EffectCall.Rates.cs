using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>Failures of the gate itself.</summary>
internal static class EffectCallErrors
{
    /// <summary>A call that no lane will ever have room for.</summary>
    public const string TooLarge = "LaneLimitExceeded";
}

/// <content>What an attempt takes of the rates of its lane.</content>
internal sealed partial class EffectCall<TIn, TOut>
{
    /// <summary>The estimate of the output may be too high, that of the input is not: a call that does not fit with it never will.</summary>
    private long TokensWithin(int limit, string lane)
    {
        var (input, total) = step.EstimateTokens(_input);
        if (input > limit) throw new EffectFailedException(EffectCallErrors.TooLarge, $"the call sends about {input} tokens, and lane '{lane}' lets {limit} begin within a minute. Raise its MaxTokensPerMinute, or send less", path);
        return Math.Min(total, limit);
    }

    /// <summary>Runs before anything is undone, and catches nothing.</summary>
    private static bool Observed(Slot slot, Exception exception)
    {
        slot.Observe(exception);
        return false;
    }
}
