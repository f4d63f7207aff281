namespace AgentFlow.Journaling.Files;

/// <summary>
/// A record to append. The log looks at none of it but <paramref name="Status"/>: 0 leaves the run's status as it is,
/// <see cref="Ended"/> and above say that the run has ended.
/// </summary>
/// <param name="Kind">What the record states.</param>
/// <param name="Status">The run's status from this record on.</param>
/// <param name="Time">When it happened, in UTC ticks.</param>
/// <param name="Payload">The content. Copied before the append returns.</param>
internal readonly record struct NewRecord(byte Kind, byte Status, long Time, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The lowest status of a run that has ended.</summary>
    public const byte Ended = 0x80;
}
