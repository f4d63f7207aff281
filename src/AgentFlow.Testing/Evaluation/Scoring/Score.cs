namespace AgentFlow.Testing;

/// <summary>What a scorer makes of a run.</summary>
/// <param name="Value">0 (worst) to 1 (best). Anything else counts as a failure of the scorer.</param>
/// <param name="Reason">Why, for people. Reports keep the first 500 characters.</param>
public sealed record Score(double Value, string Reason)
{
    /// <summary>Best: 1.</summary>
    /// <param name="reason">Why.</param>
    public static Score Pass(string reason = "") => new(1, reason);

    /// <summary>Worst: 0.</summary>
    /// <param name="reason">Why.</param>
    public static Score Fail(string reason) => new(0, reason);

    /// <summary>1 up to a limit, and less the further something is above it: half at twice the limit.</summary>
    internal static Score AtMost(double actual, double limit, Func<string> reason) =>
        new(actual <= limit ? 1 : limit / actual, reason());
}
