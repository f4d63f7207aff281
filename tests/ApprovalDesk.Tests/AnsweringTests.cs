namespace ApprovalDesk.Tests;

/// <summary>Who may do what, over HTTP.</summary>
public sealed class AnsweringTests(AnsweringTests.OpenDesk opened) : IClassFixture<AnsweringTests.OpenDesk>
{
    private Desk Desk => opened.Desk;

    [Fact]
    public async Task Without_a_key_or_with_a_wrong_one_nobody_is_let_in()
    {
        foreach (var user in (string[])["", "nobody"])
        {
            var reply = await Desk.GetAsync(user, "/requests");
            Assert.Equal((401, "application/problem+json"), (reply.Status, reply.MediaType));
            Assert.Contains("X-Api-Key", reply.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_clerk_answers_over_the_first_limit_and_a_manager_who_is_not_the_author_over_the_second()
    {
        var run = await Desk.StartRefundAsync("mia", "A-1003");
        var clerk = await Desk.AskedAsync("carl", run);
        var refused = await Desk.ActAsync("ada", clerk, "approve");
        Assert.Equal((403, "application/problem+json"), (refused.Status, refused.MediaType));
        Assert.Contains("the role 'clerk' is demanded", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(200, (await Desk.ActAsync("carl", clerk, "approve")).Status);

        var manager = await Desk.AskedAsync("mo", run);
        var own = await Desk.ActAsync("mia", manager, "approve");
        Assert.Equal(403, own.Status);
        Assert.Contains("its author may not", own.Detail, StringComparison.Ordinal);
        var stale = await Desk.ActAsync("mo", manager with { Digest = clerk.Digest }, "approve");
        Assert.Equal(409, stale.Status);
        Assert.Contains("Look at the request again", stale.Detail, StringComparison.Ordinal);

        Assert.Equal(200, (await Desk.PostAsync("mo", manager.Href, new { act = "change", amount = 600, digest = manager.Digest })).Status);
        Assert.Contains("600.00", (await Desk.RunInStatusAsync(run, "done")).Text("result"), StringComparison.Ordinal);
        Assert.Single(opened.Folder.Payments, line => line.Contains("A-1003", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_claimed_request_is_its_persons_until_it_is_released()
    {
        var run = await Desk.StartRefundAsync("ada", "A-1005", "I do not like the colour.");
        var asked = await Desk.AskedAsync("carl", run);
        Assert.Contains("nothing is said to be faulty", asked.Prompt, StringComparison.Ordinal);
        Assert.Equal("carl", (await Desk.ActAsync("carl", asked, "claim")).Text("with"));
        var refused = await Desk.ActAsync("mia", asked, "approve");
        Assert.Equal((409, "RequestClaimedException"), (refused.Status, refused.Text("type")));
        Assert.Equal("mia", (await Desk.PostAsync("carl", asked.Href, new { act = "delegate", to = "mia" })).Text("with"));
        Assert.Equal(409, (await Desk.ActAsync("carl", asked, "approve")).Status);
        Assert.Equal(200, (await Desk.ActAsync("mia", asked, "release")).Status);

        Assert.Equal(200, (await Desk.ActAsync("carl", asked, "reject")).Status);
        Assert.Contains("we cannot refund the vacuum cleaner", (await Desk.RunInStatusAsync(run, "done")).Text("result"), StringComparison.Ordinal);
        Assert.DoesNotContain(opened.Folder.Payments, line => line.Contains("A-1005", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_small_refund_needs_nobody_and_there_is_one_per_order()
    {
        var run = await Desk.StartRefundAsync("ada", "A-1001", "The kettle is broken.");
        await Desk.RunInStatusAsync(run, "done");
        Assert.Equal(run, await Desk.StartRefundAsync("ada", "A-1001", "The kettle is broken."));
        Assert.Equal(409, (await Desk.PostAsync("carl", "/refunds", new { order = "A-1001", words = "The kettle is broken." })).Status);
        Assert.Single(opened.Folder.Payments, line => line.Contains("A-1001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Runs_are_read_by_whoever_started_them_and_by_the_desk()
    {
        var run = await Desk.StartRefundAsync("mia", "A-1004");
        Assert.Equal(200, (await Desk.GetAsync("mia", $"/runs/{run}")).Status);
        Assert.Equal(200, (await Desk.GetAsync("mo", $"/runs/{run}")).Status);
        Assert.Equal(404, (await Desk.GetAsync("ada", $"/runs/{run}")).Status);
        Assert.Equal(404, (await Desk.GetAsync("mo", "/runs/unknown")).Status);
    }

    [Fact]
    public async Task What_cannot_be_done_is_a_problem_with_the_reason()
    {
        Assert.Equal(422, (await Desk.PostAsync("ada", "/refunds", new { order = "A-9999", words = "?" })).Status);
        Assert.Equal(422, (await Desk.PostAsync("ada", "/refunds", new { order = "A-1002", words = "?", amount = 1000 })).Status);
        Assert.Equal(400, (await Desk.PostAsync("ada", "/refunds", new StringContent("{", null, "application/json"))).Status);
        var unknown = await Desk.PostAsync("carl", "/requests/unknown/refund/clerk", new { act = "approve", digest = "x" });
        Assert.Equal((404, "RequestNotOpenException"), (unknown.Status, unknown.Text("type")));
        Assert.Contains("\"digest\"", (await Desk.PostAsync("carl", "/requests/unknown/refund/clerk", new { act = "approve" })).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_desk_on_the_same_journal_says_so_and_ends()
    {
        await using var second = ApprovalDesk.Tests.Desk.Launch(opened.Folder);
        Assert.Equal(1, await second.EndAsync());
        Assert.Contains(opened.Folder.Journal, second.Output, StringComparison.Ordinal);
    }

    /// <summary>One desk for the tests that kill nothing; each has an order of its own.</summary>
    public sealed class OpenDesk : IAsyncLifetime
    {
        internal DeskFolder Folder { get; } = new();

        internal Desk Desk { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Desk = await ApprovalDesk.Tests.Desk.OpenAsync(Folder);

        public async ValueTask DisposeAsync()
        {
            await Desk.DisposeAsync();
            Folder.Dispose();
        }
    }
}
