using Spectre.Console;
using Spectre.Console.Rendering;

namespace InsuranceClaims;

/// <summary>The live picture of the board.</summary>
internal static class BoardView
{
    private const int IdWidth = 26;
    private const int PhaseWidth = 14;
    private const int DetailWidth = 70;

    public static IRenderable Render(IReadOnlyList<ClaimStatus> claims)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumn(new TableColumn("claim").NoWrap().Width(IdWidth)).AddColumn(new TableColumn("now").NoWrap().Width(PhaseWidth)).AddColumn("");
        foreach (var claim in claims)
            table.AddRow(PlainText.Cell(claim.Id), Phase(claim.Phase), PlainText.Cell(claim.Detail.Length <= DetailWidth ? claim.Detail : claim.Detail[..DetailWidth]));
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
