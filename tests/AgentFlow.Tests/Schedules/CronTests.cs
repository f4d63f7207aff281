using System.Globalization;

namespace AgentFlow.Tests.Schedules;

/// <summary>Known dates, the changes of the clocks, and what is no expression.</summary>
public sealed class CronTests
{
    private const string Berlin = "Europe/Berlin";
    private const string NewYork = "America/New_York";

    [Theory]
    [InlineData("0 2 * * *", "2030-01-01T00:00Z", "2030-01-01T02:00Z", "2030-01-02T02:00Z")]
    [InlineData("*/20 9-10 * * mon-fri", "2030-01-04T09:30Z", "2030-01-04T09:40Z", "2030-01-04T10:00Z", "2030-01-04T10:20Z", "2030-01-04T10:40Z", "2030-01-07T09:00Z")]
    [InlineData("0-30/15,59 0 1 1 *", "2030-01-01T00:00Z", "2030-01-01T00:15Z", "2030-01-01T00:30Z", "2030-01-01T00:59Z", "2031-01-01T00:00Z")]
    [InlineData("50/5 23 31 * *", "2030-01-31T23:54Z", "2030-01-31T23:55Z", "2030-03-31T23:50Z")]
    [InlineData("0 0 29 feb *", "2027-01-01T00:00Z", "2028-02-29T00:00Z", "2032-02-29T00:00Z")]
    [InlineData("0 0 29 2 *", "2096-02-29T00:00Z", "2104-02-29T00:00Z")]
    [InlineData("0 0 13 * fri", "2030-09-01T00:00Z", "2030-09-06T00:00Z", "2030-09-13T00:00Z", "2030-09-20T00:00Z", "2030-09-27T00:00Z", "2030-10-04T00:00Z", "2030-10-11T00:00Z", "2030-10-13T00:00Z")]
    [InlineData("0 12 * * 7", "2030-01-01T00:00Z", "2030-01-06T12:00Z")]
    [InlineData("0 12 * * 0", "2030-01-01T00:00Z", "2030-01-06T12:00Z")]
    [InlineData("0 12 * * sat-sun", "2030-01-01T00:00Z", "2030-01-05T12:00Z", "2030-01-06T12:00Z", "2030-01-12T12:00Z")]
    [InlineData("  5   4  *  DEC  * ", "2030-01-01T00:00Z", "2030-12-01T04:05Z")]
    public void Known_dates_come(string expression, string after, params string[] expected) => Check(expression, null, after, expected);

    [Theory]
    [InlineData("30 2 * * *", Berlin, "2030-03-30T12:00Z", "2030-03-31T01:00Z", "2030-04-01T00:30Z")]
    [InlineData("*/15 2 * * *", Berlin, "2030-03-30T12:00Z", "2030-03-31T01:00Z", "2030-04-01T00:00Z")]
    [InlineData("0,30 2,3 * * *", Berlin, "2030-03-30T12:00Z", "2030-03-31T01:00Z", "2030-03-31T01:30Z", "2030-04-01T00:00Z")]
    [InlineData("30 * * * *", Berlin, "2030-03-31T00:00Z", "2030-03-31T00:30Z", "2030-03-31T01:30Z", "2030-03-31T02:30Z")]
    [InlineData("30 2 * * *", NewYork, "2030-03-09T12:00Z", "2030-03-10T07:00Z", "2030-03-11T06:30Z")]
    public void A_time_that_the_clocks_jump_over_comes_at_the_jump(string expression, string zone, string after, params string[] expected) => Check(expression, zone, after, expected);

    [Theory]
    [InlineData("30 2 * * *", Berlin, "2030-10-26T12:00Z", "2030-10-27T00:30Z", "2030-10-28T01:30Z")]
    [InlineData("30 2 * * *", Berlin, "2030-10-27T00:30Z", "2030-10-28T01:30Z")]
    [InlineData("0 1 * * *", NewYork, "2030-11-03T00:00Z", "2030-11-03T05:00Z", "2030-11-04T06:00Z")]
    [InlineData("30 * * * *", Berlin, "2030-10-26T23:30Z", "2030-10-27T00:30Z", "2030-10-27T01:30Z", "2030-10-27T02:30Z")]
    [InlineData("45 2,3 * * *", Berlin, "2030-10-26T12:00Z", "2030-10-27T00:45Z", "2030-10-27T02:45Z")]
    public void A_time_that_the_clocks_show_twice_counts_the_first_time_unless_hours_are_free(string expression, string zone, string after, params string[] expected) => Check(expression, zone, after, expected);

    [Theory]
    [InlineData("0 2 * *", "expression")]
    [InlineData("", "expression")]
    [InlineData("60 2 * * *", "minute")]
    [InlineData("0 24 * * *", "hour")]
    [InlineData("0 2 0 * *", "day of the month")]
    [InlineData("0 2 * foo *", "month")]
    [InlineData("0 2 * * 8", "day of the week")]
    [InlineData("0 2 * * fri-mon", "day of the week")]
    [InlineData("0 20-4 * * *", "hour")]
    [InlineData("*/0 2 * * *", "minute")]
    [InlineData("1,,2 2 * * *", "minute")]
    [InlineData("+1 2 * * *", "minute")]
    [InlineData("1- 2 * * *", "minute")]
    [InlineData("0 0 30 feb *", "day of the month")]
    public void What_is_no_expression_is_refused_where_it_is_wrong(string expression, string field)
    {
        var wrong = Assert.Throws<CronFormatException>(() => Timetable.Cron(expression));
        Assert.Equal((expression, field), (wrong.Expression, wrong.Field));
        Assert.Contains($"'{expression}'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_time_zone_is_refused() => Assert.ThrowsAny<TimeZoneNotFoundException>(() => Timetable.Cron("0 2 * * *", "Europe/Atlantis"));

    [Fact]
    public void Intervals_keep_to_the_clock_or_to_their_beginning()
    {
        var quarter = Timetable.Every(TimeSpan.FromMinutes(15));
        Assert.Equal(At("2030-01-01T10:15Z"), quarter.NextAfter(At("2030-01-01T10:00Z")));
        Assert.Equal(At("2030-01-01T10:15Z"), quarter.NextAfter(At("2030-01-01T10:14Z")));
        var days = Timetable.Every(TimeSpan.FromDays(3), At("2030-01-01T10:07Z"));
        Assert.Equal(At("2030-01-01T10:07Z"), days.NextAfter(At("2029-01-01T00:00Z")));
        Assert.Equal(At("2030-01-04T10:07Z"), days.NextAfter(At("2030-01-01T10:07Z")));
        Assert.Null(days.NextAfter(DateTimeOffset.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timetable.Every(TimeSpan.FromMilliseconds(999)));
    }

    [Fact]
    public void The_latest_times_are_found_without_counting_through_a_year()
    {
        var now = At("2030-06-01T00:00:30Z");
        var second = Timetable.Every(TimeSpan.FromSeconds(1));
        Assert.Equal([now.AddSeconds(-1), now], second.Latest(now.AddYears(-20), now, 2));
        Assert.Equal([At("2028-02-29T00:00Z")], Timetable.Cron("0 0 29 2 *").Latest(now.AddYears(-3), now, 2));
        Assert.Equal([now], second.Latest(now.AddSeconds(-1), now, 5));
        Assert.Empty(second.Latest(now, now, 5));
    }

    internal static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static void Check(string expression, string? zone, string after, string[] expected)
    {
        var timetable = Timetable.Cron(expression, zone);
        var instant = At(after);
        foreach (var next in expected)
        {
            Assert.Equal(At(next), timetable.NextAfter(instant));
            instant = At(next);
        }
    }
}
