using System.Numerics;

namespace AgentFlow;

/// <summary>The five fields of a cron expression, over times as a clock on the wall shows them.</summary>
internal sealed class CronExpression
{
    private readonly CronField _minutes;
    private readonly CronField _hours;
    private readonly CronField _days;
    private readonly CronField _months;
    private readonly CronField _weekdays;

    private CronExpression(string text, string[] fields)
    {
        Text = string.Join(' ', fields);
        var parsed = fields.Select((field, index) => CronField.Parse(text, index, field)).ToArray();
        (_minutes, _hours, _days, _months, _weekdays) = (parsed[0], parsed[1], parsed[2], parsed[3], parsed[4]);
    }

    public string Text { get; }

    /// <summary>Whether it names no hours: it follows the clock around, whatever hours a day has.</summary>
    public bool IsHourly => _hours.IsStar;

    /// <exception cref="CronFormatException">The text is none, or names a date that never comes.</exception>
    public static CronExpression Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length != 5) throw new CronFormatException(text, "expression", $"it has {fields.Length} fields instead of 5: minute, hour, day of the month, month, day of the week");
        var expression = new CronExpression(text, fields);
        if (expression.NextWall(new(2000, 1, 1)) is null) throw new CronFormatException(text, "day of the month", "no month of the expression has such a day");
        return expression;
    }

    /// <summary>The first whole minute that fits, from this one on; null when none does for nine years.</summary>
    public DateTime? NextWall(DateTime from)
    {
        var date = from.Date;
        var minute = (int)((from - date).Ticks / TimeSpan.TicksPerMinute);
        var limit = Math.Min(from.Year + 9, 9998);
        while (date.Year <= limit)
        {
            if (!_months.Has(date.Month))
            {
                (date, minute) = (new DateTime(date.Year, date.Month, 1).AddMonths(1), 0);
                continue;
            }

            if (FitsDay(date) && NextMinute(minute) is { } found) return date.AddMinutes(found);
            (date, minute) = (date.AddDays(1), 0);
        }

        return null;
    }

    /// <summary>Two restricted fields are two ways to name a day, as in every cron.</summary>
    private bool FitsDay(DateTime date)
    {
        var (day, weekday) = (_days.Has(date.Day), _weekdays.Has((int)date.DayOfWeek));
        return _days.IsStar || _weekdays.IsStar ? day && weekday : day || weekday;
    }

    private int? NextMinute(int from)
    {
        for (var hour = from / 60; hour < 24; hour++)
        {
            if (!_hours.Has(hour)) continue;
            var first = hour == from / 60 ? from % 60 : 0;
            var minutes = _minutes.Bits >> first << first;
            if (minutes != 0) return (hour * 60) + BitOperations.TrailingZeroCount(minutes);
        }

        return null;
    }
}
