namespace AgentFlow.Journaling.Files;

/// <summary>Neighbouring records of one run in a segment.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Offset">Where they begin, in bytes from the start of the file.</param>
/// <param name="Length">How many bytes they take.</param>
/// <param name="First">The sequence of the first one.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct Extent(Segment Segment, int Offset, int Length, long First, int Count)
{
    /// <summary>Whether the other one follows without a gap.</summary>
    public bool IsFollowedBy(in Extent next) => next.Segment == Segment && next.Offset == Offset + Length;

    public Extent With(in Extent next) => this with { Length = Length + next.Length, Count = Count + next.Count };
}
