using Spectre.Console;
using Spectre.Console.Rendering;

namespace InsuranceClaims.Tests.Ui;

public sealed class TableTests
{
    [Fact]
    public void Text_from_outside_is_neither_markup_nor_an_escape_sequence()
    {
        var text = Draw(ClosingTables.Results([new ClaimResult("x", "Pay", 1m, "", "[red]boo[/] \u001b[2J", Failed: false)]));
        Assert.Contains("[red]boo[/]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
    }

    /// <summary>Tests run without a terminal more often than not; with one, there is nothing to show.</summary>
    [Fact]
    public void What_goes_into_a_file_has_no_colours() =>
        Assert.False(Console.IsOutputRedirected && Surroundings.Real().Console.Profile.Capabilities.Ansi);

    [Fact]
    public void The_board_shows_what_each_claim_is_doing()
    {
        var board = new ClaimBoard(["a", "b"]);
        board.Set("b", ClaimPhase.Working, "extract-facts");
        var text = Draw(BoardView.Render(board.Snapshot()));
        Assert.Matches(@"a\s.*waiting", text);
        Assert.Matches(@"b\s.*working.*extract-facts", text);
        Assert.Contains("0 of 2", text, StringComparison.Ordinal);
    }

    private static string Draw(IRenderable table)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 120;
        console.Write(table);
        return text.ToString();
    }
}
