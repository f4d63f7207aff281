namespace AgentFlow.Journaling.Files;

/// <summary>What a compaction did.</summary>
/// <param name="RewrittenSegments">How many segments were replaced.</param>
/// <param name="WrittenSegments">By how many.</param>
/// <param name="FreedBytes">How much smaller the log is.</param>
internal readonly record struct CompactionReport(int RewrittenSegments, int WrittenSegments, long FreedBytes)
{
    /// <summary>How many runs were removed before.</summary>
    public int RemovedRuns { get; init; }
}
