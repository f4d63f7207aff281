using InsuranceClaims.Offline;

namespace InsuranceClaims.Tests.Offline.Reading;

public sealed class ClaimedTotalTests
{
    [Theory]
    [InlineData("Curtains are 320 euros and the painter wants €450.", 770)]
    [InlineData("A ring, €2,400, and bracelets, €1,150. That makes €3,550.", 3550)]
    [InlineData("The invoice says €900. I pay €40 a month for the policy, the deductible is €150.", 900)]
    [InlineData("The bill was 500 €, the hotel 120 €. I claim 620 €.", 620)]
    [InlineData("Nothing was broken.", null)]
    public void What_is_asked_for_is_told_from_what_is_mentioned(string text, int? amount)
    {
        var total = ClaimedTotal.Of(PostText.Read(text).Sentences, []);
        Assert.Equal(amount, total.Amount);
        Assert.Empty(total.Contradictions);
    }

    [Theory]
    [InlineData("I claim €500. The total is €900.")]
    [InlineData("The invoice says €500. I claim €900.")]
    public void What_cannot_both_be_true_is_told_with_both_amounts(string text)
    {
        var contradiction = Assert.Single(ClaimedTotal.Of(PostText.Read(text).Sentences, []).Contradictions);
        Assert.Contains("500.00", contradiction, StringComparison.Ordinal);
        Assert.Contains("900.00", contradiction, StringComparison.Ordinal);
    }
}
