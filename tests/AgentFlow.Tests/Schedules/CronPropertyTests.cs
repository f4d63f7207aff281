namespace AgentFlow.Tests.Schedules;

/// <summary>Random expressions against a clock that is looked at every minute.</summary>
public sealed class CronPropertyTests
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/Havana")]
    public void Every_minute_of_the_days_around_a_change_of_the_clocks_is_decided_alike(string zoneId)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
        var changes = Changes(zone, 2029).DefaultIfEmpty(new(2029, 2, 27, 0, 0, 0, DateTimeKind.Utc)).ToList();
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var fields = Fields(random, changes[seed % changes.Count]);
            var from = changes[seed % changes.Count].AddHours(-30);
            var expected = Enumerable.Range(1, 60 * 60).Select(minute => from.AddMinutes(minute)).Where(instant => Fires(fields, zone, instant)).ToList();
            var timetable = Timetable.Cron(string.Join(' ', fields), zone);
            var actual = new List<DateTime>();
            for (var next = timetable.NextAfter(new(from)); next <= from.AddMinutes(3600); next = timetable.NextAfter(next.Value)) actual.Add(next.Value.UtcDateTime);
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}, {timetable}: expected {string.Join(", ", expected.Except(actual).Take(3))} and not {string.Join(", ", actual.Except(expected).Take(3))}");

            // The order of asking does not matter: from any instant the next one is the same.
            var start = from.AddSeconds(random.Next(3600 * 59));
            if (expected.Find(instant => instant > start) is { Year: > 1 } following) Assert.Equal(following, timetable.NextAfter(new(start))!.Value.UtcDateTime);
        }
    }

    /// <summary>The rules in words, minute by minute.</summary>
    private static bool Fires(string[] fields, TimeZoneInfo zone, DateTime instant)
    {
        var (offset, before) = (zone.GetUtcOffset(instant), zone.GetUtcOffset(instant.AddMinutes(-1)));
        if (fields[1][0] == '*') return Fits(fields, instant + offset);

        // Put forward: the times that were jumped over come now.
        for (var skipped = instant + before; skipped < instant + offset; skipped = skipped.AddMinutes(1))
        {
            if (Fits(fields, skipped)) return true;
        }

        return Fits(fields, instant + offset) && !Enumerable.Range(1, 180).Any(earlier => instant.AddMinutes(-earlier) + zone.GetUtcOffset(instant.AddMinutes(-earlier)) == instant + offset);
    }

    private static bool Fits(string[] fields, DateTime wall)
    {
        var (day, weekday) = (Has(fields[2], wall.Day, 1, 31), Has(fields[4], (int)wall.DayOfWeek, 0, 6));
        var isDay = fields[2][0] == '*' || fields[4][0] == '*' ? day && weekday : day || weekday;
        return isDay && Has(fields[0], wall.Minute, 0, 59) && Has(fields[1], wall.Hour, 0, 23) && Has(fields[3], wall.Month, 1, 12);
    }

    private static bool Has(string field, int number, int least, int most) => field.Split(',').Any(part =>
    {
        var (range, step) = part.Split('/') is [var left, var right] ? (left, int.Parse(right, null)) : (part, 1);
        var (first, last) = range == "*" ? (least, most) : range.Split('-') is [var low, var high] ? (int.Parse(low, null), int.Parse(high, null)) : (int.Parse(range, null), part == range ? int.Parse(range, null) : most);
        return number >= first && number <= last && (number - first) % step == 0;
    });

    private static string[] Fields(Random random, DateTime near) =>
    [
        Field(random, 0, 59, 0),
        Field(random, 0, 23, random.Next(4)),
        random.Next(3) > 0 ? "*" : Field(random, 1, 28, near.Day % 28 + 1),
        random.Next(3) > 0 ? "*" : $"{near.Month}",
        random.Next(3) > 0 ? "*" : Field(random, 0, 6, (int)near.DayOfWeek),
    ];

    private static string Field(Random random, int least, int most, int favourite)
    {
        var low = random.Next(least, most);
        var high = random.Next(low, most + 1);
        return random.Next(7) switch
        {
            0 => "*",
            1 => $"*/{random.Next(1, most)}",
            2 => $"{low}-{high}",
            3 => $"{low}-{high}/{random.Next(1, Math.Min(10, most))}",
            4 => $"{low}/{random.Next(1, Math.Min(10, most))}",
            5 => $"{favourite}",
            _ => $"{favourite},{low},{high}",
        };
    }

    /// <summary>The minutes at which the offset changes.</summary>
    private static IEnumerable<DateTime> Changes(TimeZoneInfo zone, int year)
    {
        var instant = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (; instant.Year == year; instant = instant.AddMinutes(30))
        {
            if (zone.GetUtcOffset(instant) != zone.GetUtcOffset(instant.AddMinutes(-30))) yield return instant;
        }
    }
}
