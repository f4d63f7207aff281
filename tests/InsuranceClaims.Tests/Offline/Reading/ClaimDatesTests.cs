using InsuranceClaims.Offline;

namespace InsuranceClaims.Tests.Offline.Reading;

public sealed class ClaimDatesTests
{
    [Theory]
    [InlineData("Cork, 5 May 2026\n\nYesterday a pipe burst in our bathroom.", "2026-05-04")]
    [InlineData("Köln, den 7. Januar 2026\n\nam 28. Dezember ist unser Fahrrad gestohlen worden.", "2025-12-28")]
    [InlineData("Date of loss: 03/04/2026\nSince 1 January 2020 I have been a customer.", "2026-04-03")]
    [InlineData("The television was bought on 4 June 2021. It was stolen on March 9th, 2026.", "2026-03-09")]
    [InlineData("A candle set fire to the curtains last night (it's the 5th of March 2026 today).", "2026-03-04")]
    [InlineData("Schadentag | 2026-07-30", "2026-07-30")]
    public void Tells_the_day_of_the_damage_from_other_days(string text, string day) =>
        Assert.Equal(DateOnly.Parse(day), ClaimDates.Of(PostText.Read(text)).Incident);

    [Fact]
    public void Two_days_for_one_damage_are_a_contradiction()
    {
        var dates = ClaimDates.Of(PostText.Read("Date of loss: 3 March 2026\n\nThe accident happened on 19 March 2026 in front of the school."));
        Assert.Contains("2026-03-03", Assert.Single(dates.Contradictions), StringComparison.Ordinal);
    }

    [Fact]
    public void A_night_between_two_days_is_no_contradiction() =>
        Assert.Empty(ClaimDates.Of(PostText.Read("Date of loss: 3 March 2026\n\nIt happened on 4 March 2026 shortly after midnight.")).Contradictions);

    [Fact]
    public void Impossible_days_are_no_days() => Assert.Null(ClaimDates.Of(PostText.Read("It happened on 31.02.2026.")).Incident);
}
