using InsuranceClaims.Offline;

namespace InsuranceClaims.Tests.Offline;

public sealed class ClaimJourneyTests
{
    public static TheoryData<string, string, decimal, string> Claims => new()
    {
        { "01-burst-pipe", "Pay", 4710.00m, "en" },
        { "02-kitchen-fire", "Pay", 22900.00m, "en" },
        { "03-einbruch", "Pay", 6740.50m, "de" },
        { "04-sturmschaden", "Pay", 8615.00m, "de" },
        { "05-windscreen", "Pay", 512.30m, "en" },
        { "06-formular-haftpflicht", "Pay", 1290.00m, "de" },
        { "07-no-policy-number", "Pay", 1050.00m, "en" },
        { "08-widerspruch-betraege", "Pay", 2150.00m, "de" },
        { "09-car-park", "Pay", 3025.00m, "en" },
        { "10-long-story", "Pay", 5265.00m, "en" },
        { "11-fast-approval", "Investigate", 0m, "en" },
        { "12-lapsed-policy", "Decline", 0m, "en" },
        { "13-river-flood", "Decline", 0m, "en" },
        { "14-wohnungsbrand", "Investigate", 0m, "de" },
        { "15-phone-note", "Pay", 3450.00m, "en" },
        { "16-glasbruch", "Pay", 340.00m, "de" },
        { "17-two-languages", "Pay", 1330.00m, "en" },
        { "18-no-amount", "AskForDocuments", 0m, "en" },
        { "19-over-the-limit", "Pay", 60000.00m, "en" },
        { "20-kellerdiebstahl", "Investigate", 0m, "de" },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task A_claim_of_the_sample_ends_as_a_claims_handler_would_expect(string id, string outcome, decimal amount, string language)
    {
        using var client = new RuleBasedChatClient();
        var journey = await ClaimByHand.RunAsync(client, await SampleFiles.ReadAsync(id));

        Assert.Equal(outcome, journey.Settlement.Outcome.ToString());
        Assert.Equal(amount, journey.Settlement.Amount);
        Assert.Equal(language, journey.Case.Claim.Facts.Language);
        if (amount > 0)
            Assert.Contains(Money.In(language, amount), journey.Letter.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_of_the_sample_has_an_expectation() => Assert.Equal(
        Directory.GetFiles(SampleFiles.Claims).Select(Path.GetFileNameWithoutExtension).Order(),
        Claims.Select(row => row.Data.Item1).Order());

    [Theory]
    [InlineData("11-fast-approval")]
    [InlineData("20-kellerdiebstahl")]
    public async Task Post_that_orders_a_payment_is_not_paid_and_the_reason_quotes_the_order(string id)
    {
        using var client = new RuleBasedChatClient();
        var journey = await ClaimByHand.RunAsync(client, await SampleFiles.ReadAsync(id));

        Assert.Equal(FraudLevel.High, journey.Case.Assessment.Fraud.Level);
        Assert.Contains("manipulation", journey.Investigation!.Reason, StringComparison.Ordinal);
        Assert.Matches("(?i)ignor", journey.Investigation.Reason);
        Assert.DoesNotContain("50", journey.Letter.Body, StringComparison.Ordinal);
        Assert.NotEqual(50_000m, journey.Case.Claim.Facts.ClaimedAmount);
    }

    [Fact]
    public async Task The_critic_sends_some_letters_back_and_accepts_others_at_once()
    {
        using var client = new RuleBasedChatClient();
        Assert.Equal(1, (await ClaimByHand.RunAsync(client, await SampleFiles.ReadAsync("16-glasbruch"))).Drafts);
        Assert.Equal(2, (await ClaimByHand.RunAsync(client, await SampleFiles.ReadAsync("01-burst-pipe"))).Drafts);
        Assert.Equal(2, (await ClaimByHand.RunAsync(client, await SampleFiles.ReadAsync("12-lapsed-policy"))).Drafts);
    }
}
