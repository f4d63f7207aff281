namespace AgentFlow.Journaling.Files;

/// <summary>How the segment that was written last ends.</summary>
/// <param name="Segment">What the index refers to; it has no file yet.</param>
/// <param name="Header">The header it was found with.</param>
/// <param name="ValidLength">Where its valid frames end.</param>
/// <param name="Length">The length of the file.</param>
/// <param name="LastLsn">The number of the last valid frame.</param>
/// <param name="Link">The link of the last valid frame.</param>
/// <param name="IsProven">Whether damage of the last frame with records would be told from a write that was cut off.</param>
internal sealed record ActiveTail(
    Segment Segment, SegmentHeader Header, int ValidLength, int Length, long LastLsn, uint Link, bool IsProven)
{
    public int TornBytes => Length - ValidLength;
}
