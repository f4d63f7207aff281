namespace InsuranceClaims.Tests.Ui;

/// <summary>With somebody at the terminal.</summary>
public sealed class AdjusterTests
{
    [Theory]
    [InlineData("y\n", "Pay", "22,900.00", "Approved by adjuster")]
    [InlineData("maybe\nn\n", "Referred", "0.00", "Rejected by adjuster")]
    [InlineData("12.500,50\n", "Pay", "12,500.50", "Modified by adjuster")]
    [InlineData("99,000\nyes\n", "Pay", "22,900.00", "Approved by adjuster")]
    [InlineData("", "Referred", "0.00", "Rejected by adjuster")]
    public async Task What_the_person_types_decides(string typed, string outcome, string paid, string person)
    {
        using var app = new AppRun { Typed = typed };
        Assert.Equal(ExitCodes.Done, await app.RunAsync(AppRun.Claim("02-kitchen-fire"), AppRun.Claim("16-glasbruch")));

        Assert.Contains("Pay €22,900.00 to Thomas Brennan? 22,900.00 are over the limit of 10,000.00.", app.Screen, StringComparison.Ordinal);
        Assert.Contains($"- outcome: {outcome}\n- paid: {paid}\n- person: {person}\n", app.List, StringComparison.Ordinal);
        Assert.Contains("- outcome: Pay\n- paid: 340.00\n- reason", app.List, StringComparison.Ordinal);
        Assert.Equal(outcome == "Pay", app.Letter("02-kitchen-fire").Contains($"We pay €{paid}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_claim_under_investigation_cannot_be_given_an_amount()
    {
        using var app = new AppRun { Typed = "50000\ny\n" };
        await app.RunAsync(AppRun.Claim("11-fast-approval"));
        Assert.Contains("- outcome: Investigate\n- paid: 0.00\n- person: Approved by adjuster\n", app.List, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_asked_when_the_command_line_answers()
    {
        using var app = new AppRun { Typed = "" };
        await app.RunAsync(AppRun.Claim("02-kitchen-fire"), "--approve", "all");
        Assert.DoesNotContain("[y]es", app.Screen, StringComparison.Ordinal);
        Assert.Contains("- paid: 22,900.00\n", app.List, StringComparison.Ordinal);
    }
}
