namespace AgentFlow.Benchmarks;

/// <summary>One line of the table: something of ours beside the bare limit of the same machine, in the same process.</summary>
internal interface IRow
{
    string Name { get; }

    Task<Reading> MeasureAsync(Effort effort);
}

/// <summary>How long to measure.</summary>
/// <param name="Batches">How many batches of the limit and of ours, in turn; their medians count.</param>
/// <param name="IsSmoke">Whether it is only to be seen that everything executes: small numbers, and time is not judged.</param>
internal sealed record Effort(int Batches, bool IsSmoke)
{
    /// <summary>What a noisy machine may add to a target before it counts as missed.</summary>
    public const double Tolerance = 1.15;

    /// <summary>How long code runs before it is measured: until the runtime has replaced the first, unoptimized form of all of it.</summary>
    public TimeSpan WarmUp => IsSmoke ? TimeSpan.FromSeconds(0.4) : TimeSpan.FromSeconds(1.5);
}

/// <summary>What was measured.</summary>
/// <param name="Unit">What <paramref name="Limit"/> and <paramref name="Ours"/> count.</param>
/// <param name="Limit">The bare limit; 0 when there is none.</param>
/// <param name="Ours">Ours.</param>
/// <param name="Bytes">What ours allocates or keeps; null when that is no question.</param>
/// <param name="Target">What is demanded, in words.</param>
/// <param name="Missed">Whether the demand is missed.</param>
internal sealed record Reading(string Unit, double Limit, double Ours, double? Bytes, string Target, bool Missed);
