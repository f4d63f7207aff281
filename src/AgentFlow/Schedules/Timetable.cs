namespace AgentFlow;

/// <summary>When a schedule fires. Immutable and thread-safe.</summary>
public abstract class Timetable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private protected Timetable()
    {
    }

    /// <summary>
    /// A cron expression of five fields (minute, hour, day of the month, month, day of the week) on the clocks of a time zone:
    /// <c>Timetable.Cron("30 2 * * mon-fri", "Europe/Berlin")</c>. Fields have numbers, <c>*</c>, ranges (<c>9-17</c>), lists (<c>1,15</c>),
    /// steps (<c>*/5</c>, <c>0-30/10</c>) and names (<c>jan</c>, <c>sun</c>); Sunday is 0 and 7. Where both days are restricted, either fits.
    /// </summary>
    /// <remarks>
    /// When the clocks are put forward, a time that they jump over comes at the jump, once. When they are put back, a time that they
    /// show twice counts the first time. An expression whose hours begin with <c>*</c> follows the clocks instead: nothing is made up for
    /// an hour that is not there, and an hour that is there twice counts twice.
    /// </remarks>
    /// <param name="expression">The expression.</param>
    /// <param name="timeZone">The id of a time zone of this machine; UTC when not given.</param>
    /// <exception cref="CronFormatException">The text is no expression, or names a date that never comes; the message says what is wrong.</exception>
    /// <exception cref="TimeZoneNotFoundException">This machine does not know the time zone.</exception>
    public static Timetable Cron(string expression, string? timeZone = null) =>
        Cron(expression, timeZone is null ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(timeZone));

    /// <inheritdoc cref="Cron(string, string)"/>
    /// <param name="expression">The expression.</param>
    /// <param name="timeZone">The time zone.</param>
    public static Timetable Cron(string expression, TimeZoneInfo timeZone)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(timeZone);
        return new CronTimetable(CronExpression.Parse(expression), timeZone);
    }

    /// <summary>Every so often. Without a beginning it keeps to the clock: every 15 minutes is at the full hour, at a quarter past, and so on.</summary>
    /// <param name="interval">How often, from one second to 3650 days.</param>
    /// <param name="from">The first time; when not given, multiples of the interval since 1970 in UTC.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is shorter or longer.</exception>
    public static Timetable Every(TimeSpan interval, DateTimeOffset? from = null) =>
        new IntervalTimetable(OptionRange.Within(interval, Shortest, OptionRange.Longest, nameof(interval)), from);

    /// <summary>The first time after an instant, in UTC; <see langword="null"/> when there is none.</summary>
    /// <param name="instant">The instant.</param>
    public abstract DateTimeOffset? NextAfter(DateTimeOffset instant);

    /// <summary>The last times behind one instant and up to another, oldest first.</summary>
    internal IReadOnlyCollection<DateTimeOffset> Latest(DateTimeOffset after, DateTimeOffset until, int count)
    {
        // Backwards in growing windows: a schedule that was down for a year is not counted through.
        for (var window = TimeSpan.FromHours(1); ; window *= 2)
        {
            var isWhole = until - after <= window;
            var found = new Queue<DateTimeOffset>();
            for (var next = NextAfter(isWhole ? after : until - window); next <= until; next = NextAfter(next.Value))
            {
                found.Enqueue(next.Value);
                if (found.Count > count) found.Dequeue();
            }

            if (isWhole || found.Count == count) return found;
        }
    }
}
