using AgentFlow.Testing;
using ResearchDesk.Offline;

namespace ResearchDesk.Tests;

public sealed class AuditFlowTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shelf-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_audit_goes_on_from_every_place_without_a_second_call()
    {
        var shelf = ShelfOf(("sales.csv", "shop,sales_chf\nharbour,10\nharbour,20\nstation,7\n"), ("boss.txt", "Sales of harbour were 45 CHF."));
        var flow = AuditFlow.Create(shelf);
        await using var host = Host();

        var run = await host.RunToEndAsync(flow, new Brief("What sells?", shelf.Sources));

        Assert.Equal(["sales of harbour: 30 CHF (sales.csv)"], (await run).Settled.Where(one => one.Losers.Count > 0).Select(one => $"{one.Value.Name}: {one.Value}"));
        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run)).Cuts);
    }

    [Fact]
    public async Task A_file_that_has_gone_meanwhile_is_an_open_question()
    {
        var shelf = ShelfOf(("sales.csv", "shop,sales_chf\nharbour,10\nstation,7\n"), ("boss.txt", "Sales of harbour were 45 CHF."));
        File.Delete(Path.Combine(_folder.FullName, "boss.txt"));
        await using var host = Host();

        var audit = await host.RunAsync(AuditFlow.Create(shelf), new Brief("What sells?", shelf.Sources));

        Assert.Equal(["What does boss.txt say? Nothing was found in it."], audit.Conclusion.OpenQuestions);
        Assert.Contains("| sales of harbour | 10 CHF | [sales.csv] |", audit.Report.Body, StringComparison.Ordinal);
    }

    private static FlowTestHost Host() => new(o =>
    {
        o.RoundTripValues = true;
        o.Models.Add(ModelAccess.Model, new RuleBasedChatClient());
        o.Runtime.Scheduler.AddLane(ModelAccess.Lane, 8);
    });

    private Shelf ShelfOf(params (string Name, string Content)[] files)
    {
        foreach (var (name, content) in files) File.WriteAllText(Path.Combine(_folder.FullName, name), content);
        return Shelf.Open([_folder.FullName]);
    }
}
