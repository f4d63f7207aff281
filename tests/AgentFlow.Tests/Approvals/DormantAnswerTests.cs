using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Approvals;

/// <summary>A run that is in the journal only is woken by those who may act on its request, and by nobody else.</summary>
public sealed class DormantAnswerTests
{
    private static readonly RunId Id = RunId.Parse("refund-1");
    private static readonly Flow<decimal, string> Flow = AgentFlow.Flow.Start<decimal>("refund").Approve("boss", role: "boss", terms: new() { NotByAuthor = true }).Then("pay", (amount, _) => $"paid {amount}").Build();

    [Fact]
    public async Task Whoever_may_not_answer_does_not_wake_the_run_and_leaves_no_entry()
    {
        await using var runtime = await WithDormantRunAsync();
        var (request, entries) = (runtime.Requests.Open[0], await runtime.ReadEntriesAsync(Id));
        var (boss, author, clerk) = (People.WithRole("bea", "boss"), People.WithRole("eve", "boss"), People.WithRole("carl", "clerk"));

        await Assert.ThrowsAsync<NotEntitledException>(async () => await runtime.Requests.ApproveAsync(request.Id, clerk));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await runtime.Requests.ApproveAsync(request.Id, author));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await runtime.Requests.ClaimAsync(request.Id, author));
        await Assert.ThrowsAsync<StaleAnswerException>(async () => await runtime.Requests.ApproveAsync(request.Id, boss, digest: new string('0', 64)));
        Assert.Null((await runtime.Requests.ReleaseAsync(request.Id, boss)).Assignee);
        Assert.Empty(runtime.Runs);
        Assert.Equal(entries.Count, (await runtime.ReadEntriesAsync(Id)).Count);

        await runtime.Requests.ApproveAsync(request.Id, boss, digest: request.Digest);
        Assert.Equal("paid 10", await (await runtime.GetRunAsync<string>(Id))!.Result.Soon());
    }

    private static async Task<FlowRuntime> WithDormantRunAsync()
    {
        var journal = new InProcessJournal();
        await using (var first = new FlowRuntime(new() { Journal = journal }))
        {
            await first.StartAsync(Flow, 10m, new() { Id = "refund-1", Principal = new("eve") });
            await Eventually.Holds(() => journal.ReadAsync(Id, 0, default).Result is [.., { Kind: JournalEntryKind.RunSuspended }]);
        }

        var second = new FlowRuntime(new() { Journal = journal });
        second.Steps.Add(Flow);
        await second.RecoverAsync();
        return second;
    }
}
