namespace AgentFlow;

/// <summary>The longest common lines of two texts, in bounded time: texts that share little are shown one after the other.</summary>
internal static class LineDiff
{
    private const long MaxCells = 4_000_000;

    public static IReadOnlyList<AgentLine> Between(ReadOnlySpan<string> before, ReadOnlySpan<string> after)
    {
        var lines = new List<AgentLine>(before.Length + after.Length);
        var start = before.CommonPrefixLength(after);
        foreach (var line in before[..start]) lines.Add(new(AgentLineChange.Kept, line));
        var left = before[start..];
        var right = after[start..];
        var end = 0;
        while (end < left.Length && end < right.Length && left[^(end + 1)] == right[^(end + 1)]) end++;
        Middle(left[..^end], right[..^end], lines);
        foreach (var line in left[^end..]) lines.Add(new(AgentLineChange.Kept, line));
        return lines;
    }

    private static void Middle(ReadOnlySpan<string> before, ReadOnlySpan<string> after, List<AgentLine> lines)
    {
        var (i, j) = (0, 0);
        if ((long)before.Length * after.Length <= MaxCells)
        {
            var common = Common(before, after);
            while (i < before.Length && j < after.Length)
            {
                if (before[i] == after[j])
                {
                    lines.Add(new(AgentLineChange.Kept, before[i]));
                    i++;
                    j++;
                }
                else if (common[i + 1, j] >= common[i, j + 1])
                {
                    lines.Add(new(AgentLineChange.Removed, before[i++]));
                }
                else
                {
                    lines.Add(new(AgentLineChange.Added, after[j++]));
                }
            }
        }

        foreach (var line in before[i..]) lines.Add(new(AgentLineChange.Removed, line));
        foreach (var line in after[j..]) lines.Add(new(AgentLineChange.Added, line));
    }

    /// <summary>How many lines the rests from two positions on have in common.</summary>
    private static int[,] Common(ReadOnlySpan<string> before, ReadOnlySpan<string> after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
