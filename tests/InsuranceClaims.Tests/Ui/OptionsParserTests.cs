namespace InsuranceClaims.Tests.Ui;

public sealed class OptionsParserTests
{
    [Fact]
    public void Everything_at_once()
    {
        var options = OptionsParser.Parse(["a.txt", "--approve", "all", "--bad", "--out=letters", "--", "--odd-name.txt"]);
        Assert.Equal(["a.txt", "--odd-name.txt"], options.Paths);
        Assert.Equal((ApproveMode.All, true, "letters"), (options.Approve, options.Bad, options.Out));
    }

    [Theory]
    [InlineData("--aprove", "--approve")]
    [InlineData("--approve", "needs a value")]
    [InlineData("--approve=", "needs a value")]
    [InlineData("--approve=perhaps", "perhaps")]
    [InlineData("--bad=yes", "--bad=yes")]
    [InlineData("-x", "-x")]
    [InlineData("--resume", "--journal DIR")]
    [InlineData("--journal", "needs a value")]
    public void What_cannot_be_understood_is_named(string argument, string message)
    {
        var wrong = Assert.Throws<UsageException>(() => OptionsParser.Parse([argument]));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("--help", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_takes_a_journal_and_no_claims()
    {
        var options = OptionsParser.Parse(["--resume", "--journal", "runs"]);
        Assert.Equal((true, "runs"), (options.Resume, options.Journal));
        Assert.Contains("takes no claims", Assert.Throws<UsageException>(() => OptionsParser.Parse(["--resume", "--journal=runs", "a.txt"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true, "Ask")]
    [InlineData(null, false, "None")]
    [InlineData("ask", false, "None")]
    [InlineData("all", false, "All")]
    [InlineData("none", true, "None")]
    public void Without_a_terminal_nobody_is_asked(string? approve, bool interactive, string mode) => Assert.Equal(
        mode,
        OptionsParser.Parse(approve is null ? [] : ["--approve", approve]).ApproveWith(interactive).ToString());
}
