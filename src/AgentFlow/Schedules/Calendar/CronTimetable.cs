namespace AgentFlow;

/// <summary>A cron expression on the clocks of a time zone. Goes from one change of the clocks to the next: between them an hour is an hour.</summary>
internal sealed class CronTimetable(CronExpression expression, TimeZoneInfo zone) : Timetable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public override string ToString() => $"cron {expression.Text} {zone.Id}";

    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        if (instant.Year >= 9990) return null;
        var from = instant.UtcDateTime.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerMinute)).AddMinutes(1);
        while (true)
        {
            var end = from + Day;
            var offset = zone.GetUtcOffset(from);
            var change = zone.GetUtcOffset(end) == offset ? (DateTime?)null : ChangeBetween(from, end, offset);
            var wall = expression.NextWall(from + offset);
            var first = wall;
            for (; wall is { } fits && fits - offset < (change ?? end); wall = expression.NextWall(fits.AddMinutes(1)))
            {
                var found = fits - offset;
                if (expression.IsHourly || !IsSecondPass(found, offset)) return found;
            }

            if (change is { } gap && !expression.IsHourly && IsSkipped(gap, offset)) return gap;
            if (first is null) return null;
            from = change ?? end;
            if (change is null && first.Value - offset - Day > from) from = first.Value - offset - Day;
        }
    }

    /// <summary>Whether the clocks that are put forward at this instant jump over a time of the expression.</summary>
    private bool IsSkipped(DateTime change, TimeSpan before) => expression.NextWall(change + before) < change + zone.GetUtcOffset(change);

    /// <summary>Whether the clocks have shown this time before, and were put back.</summary>
    private bool IsSecondPass(DateTime instant, TimeSpan offset)
    {
        var before = zone.GetUtcOffset(instant - Day);
        return before > offset && zone.GetUtcOffset(instant - (before - offset)) == before;
    }

    private DateTime ChangeBetween(DateTime from, DateTime end, TimeSpan offset)
    {
        var (low, high) = (0, (int)(end - from).TotalMinutes);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (zone.GetUtcOffset(from.AddMinutes(middle)) == offset) low = middle;
            else high = middle;
        }

        return from.AddMinutes(high);
    }
}
