using Spectre.Console;
using Spectre.Console.Rendering;

namespace InsuranceClaims;

/// <summary>The live picture of the board.</summary>
internal static class BoardView
{
    public static IRenderable Render(IReadOnlyList<ClaimStatus> claims)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumn("claim").AddColumn("now").AddColumn("");
        foreach (var claim in claims)
            table.AddRow(PlainText.Cell(claim.Id), Phase(claim.Phase), PlainText.Cell(claim.Detail));
        var over = claims.Count(claim => claim.Phase is ClaimPhase.Done or ClaimPhase.Failed);
        return table.Caption($"{over} of {claims.Count}");
    }

    private static Markup Phase(ClaimPhase phase) => new(phase switch
    {
        ClaimPhase.Working => "[yellow]working[/]",
        ClaimPhase.NeedsPerson => "[blue]needs a person[/]",
        ClaimPhase.Done => "[green]done[/]",
        ClaimPhase.Failed => "[red]failed[/]",
        _ => "[grey]waiting[/]",
    });
}
