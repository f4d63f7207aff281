using AgentFlow.Tests.Samples;

namespace ApprovalDesk.Tests;

/// <summary>The real process, killed with SIGKILL, started again on the same journal.</summary>
public sealed class CrashTests : IDisposable
{
    private const string Run = "refund-A-1002";

    private readonly DeskFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_request_that_was_open_when_the_process_was_killed_is_answered_in_the_next_one_and_the_refund_is_paid_once()
    {
        Asked before;
        await using (var desk = await Desk.OpenAsync(_folder))
        {
            Assert.Equal(Run, await desk.StartRefundAsync("ada", "A-1002"));
            before = await desk.AskedAsync("carl", Run);
            await desk.KillAsync();
        }

        await using var next = await Desk.OpenAsync(_folder);
        await Poll.UntilAsync(() => next.Output.Contains("0 runs continue, 1 stay suspended, 0 are held", StringComparison.Ordinal));
        var asked = await next.AskedAsync("carl", Run);
        Assert.Equal(before, asked);
        Assert.Empty(_folder.Payments);

        Assert.Equal(200, (await next.ActAsync("carl", asked, "approve")).Status);
        var done = await next.RunInStatusAsync(Run, "done");
        Assert.Equal("We have paid 289.00 back to you for the coffee machine (receipt R-A-1002).", done.Text("result"));
        Assert.Equal($"{Run}/refund/decision/payment/pay\tA-1002\tInes Vogt\t289.00", Assert.Single(_folder.Payments));
        var timeline = done.Body.GetProperty("timeline").EnumerateArray().Select(line => (Path: line.GetProperty("path").GetString()!, What: line.GetProperty("what").GetString()!)).ToList();
        Assert.Equal("started by ada", timeline[0].What);
        Assert.Single(timeline, line => line.What == "Approved by carl: because");
        Assert.Equal(
            ["refund/check-policy/model", "refund/check-policy/model#2", "refund/decision/payment/confirm/model"],
            timeline.Where(line => line.What.Contains("answered", StringComparison.Ordinal)).Select(line => line.Path));
        Assert.Equal("completed", timeline[^1].What);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.02")]
    [InlineData("5")]
    public async Task An_answer_that_was_acknowledged_before_the_kill_is_not_lost_and_the_refund_is_paid_once(string bankSeconds)
    {
        await using (var desk = await Desk.OpenAsync(_folder, "--bankSeconds", bankSeconds))
        {
            await desk.StartRefundAsync("ada", "A-1002");
            var asked = await desk.AskedAsync("carl", Run);
            Assert.Equal(200, (await desk.ActAsync("carl", asked, "approve")).Status);
            await desk.KillAsync();
        }

        await using var next = await Desk.OpenAsync(_folder);
        await SettleAsync(next);
        Assert.Contains("Approved by carl", (await next.RunInStatusAsync(Run, "done")).Body.GetRawText(), StringComparison.Ordinal);
        Assert.Single(_folder.Payments);
    }

    [Fact]
    public async Task A_payment_that_was_cut_off_is_not_repeated_but_asked_about_and_only_of_an_operator()
    {
        await using (var desk = await Desk.OpenAsync(_folder, "--bankSeconds", "600"))
        {
            await desk.StartRefundAsync("ada", "A-1002");
            await desk.ActAsync("carl", await desk.AskedAsync("carl", Run), "approve");
            await Poll.UntilAsync(() => _folder.Payments.Length == 1);
            await desk.KillAsync();
        }

        await using var next = await Desk.OpenAsync(_folder);
        var asked = await next.AskedAsync("olga", Run);
        Assert.Equal("UncertainEffect", asked.Kind);
        Assert.Null(await next.ListedAsync("carl", Run));
        var refused = await next.ActAsync("carl", asked, "approve");
        Assert.Equal(403, refused.Status);
        Assert.Contains("'operator'", refused.Detail, StringComparison.Ordinal);

        var settled = await next.PostAsync("olga", asked.Href, new { act = "happened", digest = asked.Digest, receipt = "R-found-in-ledger" });
        Assert.Equal(200, settled.Status);
        Assert.Contains("(receipt R-found-in-ledger)", (await next.RunInStatusAsync(Run, "done")).Text("result"), StringComparison.Ordinal);
        Assert.Single(_folder.Payments);
    }

    [Fact]
    public async Task An_answer_that_is_given_again_in_the_next_process_counts_once()
    {
        Asked asked;
        await using (var desk = await Desk.OpenAsync(_folder))
        {
            await desk.StartRefundAsync("ada", "A-1002");
            asked = await desk.AskedAsync("carl", Run);
            Assert.False((await desk.ActAsync("carl", asked, "approve", key: "form-1")).Body.GetProperty("isRepeated").GetBoolean());
            Assert.True((await desk.ActAsync("carl", asked, "approve", key: "form-1")).Body.GetProperty("isRepeated").GetBoolean());
            await desk.RunInStatusAsync(Run, "done");
            await desk.KillAsync();
        }

        await using var next = await Desk.OpenAsync(_folder);
        var again = await next.ActAsync("carl", asked, "approve", key: "form-1");
        Assert.Equal(200, again.Status);
        Assert.True(again.Body.GetProperty("isRepeated").GetBoolean());
        var otherwise = await next.ActAsync("mia", asked, "reject");
        Assert.Equal(409, otherwise.Status);
        Assert.Contains("Approved by carl", otherwise.Detail, StringComparison.Ordinal);
        Assert.Single(_folder.Payments);
    }

    /// <summary>Whatever the kill has cut off goes on by itself, or somebody who has looked into the ledger says what became of it.</summary>
    private async Task SettleAsync(Desk desk)
    {
        await desk.RunInStatusAsync(Run, "done", "waiting");
        if (await desk.ListedAsync("olga", Run) is null) return;
        var asked = await desk.AskedAsync("olga", Run);
        Assert.Equal("UncertainEffect", asked.Kind);
        object answer = _folder.Payments.Length == 0 ? new { act = "approve", digest = asked.Digest } : new { act = "happened", digest = asked.Digest, receipt = "R-A-1002" };
        Assert.Equal(200, (await desk.PostAsync("olga", asked.Href, answer)).Status);
    }
}
