using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Journaling.Files;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>What a host does with runs that it no longer needs, may not keep, or must keep.</summary>
public sealed class FileJournalRetentionTests : IDisposable
{
    private static readonly RunId One = RunId.Parse("claim-1");
    private readonly TemporaryDirectory _directory = new();
    private readonly VirtualTimeProvider _time = new();
    private int _paid;

    private Flow<string, string> Claim => field ??= Flow.Start<string>("claim")
        .Then("check", (text, _) => text + ", checked")
        .Approve("boss", when: text => text.StartsWith("large", StringComparison.Ordinal))
        .Then("pay", (text, _) => $"{text}, paid {Interlocked.Increment(ref _paid)}", o => o.Effect(EffectClass.Irreversible))
        .Build();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_removed_run_is_listed_as_removed_and_its_id_is_spent()
    {
        string hash;
        await using (var journal = Open())
        {
            await using var runtime = Run(journal);
            await runtime.RunAsync(Claim, "small", new() { Id = "claim-1" });
            hash = journal.Describe(One)!.Hash;
            Assert.True(await journal.RemoveAsync(One));
            Assert.False(await journal.RemoveAsync(One));
        }

        await using var reopened = Open();
        Assert.Empty(await reopened.ListAsync(default).ToListAsync());
        Assert.Empty(await reopened.ReadAsync(One, 0, default));
        var info = Assert.Single(reopened.Describe());
        Assert.Equal((One, StoredRunState.Removed, _time.GetUtcNow()), (info.RunId, info.State, info.LastChange));
        Assert.NotEqual(hash, info.Hash);
        Assert.Equal(info, reopened.Describe(One));

        await using var next = Run(reopened);
        Assert.Equal((0, 0, 0), Counts(await next.RecoverAsync()));
        Assert.Null(await next.GetRunAsync(One));
        var refused = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await next.RunAsync(Claim, "small", new() { Id = "claim-1" }));
        Assert.IsType<JournalRemovedException>(refused.InnerException);
        Assert.Equal(1, _paid);
    }

    [Fact]
    public async Task An_open_run_is_not_removed()
    {
        await using var journal = Open();
        await using var runtime = Run(journal);
        await SuspendAsync(runtime, "claim-1");
        Assert.Equal(One, (await Assert.ThrowsAsync<JournalRunOpenException>(async () => await journal.RemoveAsync(One))).RunId);
        Assert.Equal(StoredRunState.Open, journal.Describe(One)!.State);
        Assert.Equal(0, (await journal.TrimAsync(DateTimeOffset.MaxValue)).RemovedRuns);
        await AnswerAsync(runtime, "claim-1");
    }

    [Fact]
    public async Task A_held_run_is_refused_removal_until_it_is_released()
    {
        await using (var journal = Open())
        {
            await using var runtime = Run(journal);
            await runtime.RunAsync(Claim, "small", new() { Id = "claim-1" });
            await journal.HoldAsync(One, "lawsuit 17");
        }

        await using var reopened = Open();
        Assert.Equal("lawsuit 17", reopened.Describe(One)!.Hold);
        var held = await Assert.ThrowsAsync<JournalHeldException>(async () => await reopened.RemoveAsync(One));
        Assert.Equal((One, "lawsuit 17"), (held.RunId, held.Reason));
        Assert.Equal(0, (await reopened.TrimAsync(DateTimeOffset.MaxValue)).RemovedRuns);
        Assert.Equal("small, checked, paid 1", await Run(reopened).RunAsync(Claim, "small", new() { Id = "claim-1" }));

        Assert.True(await reopened.ReleaseHoldAsync(One, "settled"));
        Assert.False(await reopened.ReleaseHoldAsync(One, "settled"));
        Assert.Null(reopened.Describe(One)!.Hold);
        Assert.True(await reopened.RemoveAsync(One));
    }

    [Fact]
    public async Task Only_what_is_there_is_held()
    {
        await using var journal = Open();
        await using var runtime = Run(journal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.HoldAsync(One, "why not"));
        await runtime.RunAsync(Claim, "small", new() { Id = "claim-1" });
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.HoldAsync(One, " "));
        await journal.RemoveAsync(One);
        await Assert.ThrowsAsync<JournalRemovedException>(async () => await journal.HoldAsync(One, "too late"));
        Assert.Equal([One], journal.Describe().Select(run => run.RunId));
    }

    [Fact]
    public async Task Old_runs_go_and_open_held_and_young_ones_stay()
    {
        await using (var journal = Open(4 << 10))
        {
            await using var runtime = Run(journal);
            for (var i = 0; i < 30; i++) await runtime.RunAsync(Claim, $"small {i}", new() { Id = $"old-{i}" });
            await SuspendAsync(runtime, "open");
            await journal.HoldAsync(RunId.Parse("old-7"), "lawsuit 17");
            _time.Advance(TimeSpan.FromDays(100));
            for (var i = 0; i < 10; i++) await runtime.RunAsync(Claim, $"small {i}", new() { Id = $"young-{i}" });

            var before = BytesOnDisk();
            var report = await journal.TrimAsync(_time.GetUtcNow().AddDays(-90));
            Assert.Equal(29, report.RemovedRuns);
            Assert.True(report.FreedBytes > 0, $"{report}");
            Assert.True(BytesOnDisk() < before - 10_000, $"{before} bytes, then {BytesOnDisk()}");
            await AssertKeptAsync(journal);

            // A segment that was closed meanwhile may still be joined with its neighbour.
            Assert.InRange(journal.Compact(), 0, 4 << 10);
        }

        await using var reopened = Open(4 << 10);
        await AssertKeptAsync(reopened);
        await using var next = Run(reopened);
        await next.RecoverAsync();
        await AnswerAsync(next, "open");
    }

    [Fact]
    public async Task Content_under_a_key_is_not_on_the_disk_and_goes_with_the_key()
    {
        var keys = new KeyRing();
        await using (var journal = Open(cipher: keys))
        {
            await using var runtime = Run(journal);
            Assert.Equal("small secret, checked, paid 1", await runtime.RunAsync(Claim, "small secret", new() { Id = "claim-1" }));
            await runtime.RunAsync(Claim, "small other", new() { Id = "claim-2" });
            await SuspendAsync(runtime, "claim-3");
        }

        Assert.Equal(["claim-1", "claim-2", "claim-3"], keys.Names.Order());
        Assert.DoesNotContain("checked", OnDisk(), StringComparison.Ordinal);
        string before;
        await using (var journal = Open(cipher: keys))
        {
            await using var runtime = Run(journal);
            Assert.Equal("small secret, checked, paid 1", await runtime.RunAsync(Claim, "small secret", new() { Id = "claim-1" }));
            before = journal.Describe(One)!.Hash;
        }

        keys.Destroy("claim-1");
        keys.Destroy("claim-3");
        await using var reopened = Open(cipher: keys);
        Assert.Equal(before, reopened.Describe(One)!.Hash);
        Assert.All(await reopened.ReadAsync(One, 0, default), entry => Assert.Equal((true, 0), (entry.IsErased, entry.Body.Length)));
        Assert.All(await reopened.ReadAsync(RunId.Parse("claim-2"), 0, default), entry => Assert.False(entry.IsErased));

        // An open run whose content is gone is held and says why; an ended one is told apart from damage.
        await using var next = Run(reopened);
        var held = Assert.Single((await next.RecoverAsync()).Held);
        Assert.Contains("was erased", held.Reason, StringComparison.Ordinal);
        Assert.Equal(RunId.Parse("claim-3"), held.RunId);
        Assert.Contains("was erased", (await Assert.ThrowsAsync<RunHeldException>(async () => await next.GetRunAsync(One))).Message, StringComparison.Ordinal);
        Assert.True(await reopened.RemoveAsync(One));
    }

    [Fact]
    public async Task A_tenants_runs_share_a_key_and_some_runs_have_none()
    {
        var keys = new KeyRing();
        var options = new FileJournalOptions { Directory = _directory.Path, Cipher = keys, PayloadKey = started => started.Principal.Tenant };
        await using (var journal = FileJournal.Open(options))
        {
            await using var runtime = Run(journal);
            foreach (var (id, tenant) in new[] { ("a-1", "a"), ("a-2", "a"), ("b-1", "b"), ("none", null) })
            {
                await runtime.RunAsync(Claim, $"small for {id}", new() { Id = id, Principal = new Principal("ann") { Tenant = tenant } });
            }
        }

        Assert.Equal(["a", "b"], keys.Names.Order());
        Assert.Contains("small for none", OnDisk(), StringComparison.Ordinal);
        Assert.DoesNotContain("small for a", OnDisk(), StringComparison.Ordinal);
        keys.Destroy("a");
        await using var reopened = FileJournal.Open(options);
        foreach (var id in new[] { "a-1", "a-2", "b-1", "none" })
        {
            Assert.Equal(id[0] == 'a', (await reopened.ReadAsync(RunId.Parse(id), 0, default))[^1].IsErased);
        }
    }

    [Fact]
    public async Task A_run_goes_on_under_the_key_it_began_with()
    {
        var keys = new KeyRing();
        await using (var journal = Open(cipher: keys))
        {
            await using var runtime = Run(journal);
            await SuspendAsync(runtime, "claim-1");
        }

        await using (var journal = FileJournal.Open(new FileJournalOptions { Directory = _directory.Path, Cipher = keys, PayloadKey = _ => "another" }))
        {
            await using var runtime = Run(journal);
            await runtime.RecoverAsync();
            await AnswerAsync(runtime, "claim-1");
        }

        Assert.Equal(["claim-1"], keys.Names);
    }

    [Theory]
    [InlineData(100, 4 << 20)]
    [InlineData(4 << 10, 0)]
    [InlineData(4 << 10, 33 << 20)]
    public void Options_out_of_range_are_refused(int segmentBytes, int maxPayloadBytes)
    {
        var refused = Assert.Throws<InvalidOptionException>(() => FileJournal.Open(new FileJournalOptions { Directory = _directory.Path, SegmentBytes = segmentBytes, MaxPayloadBytes = maxPayloadBytes }));
        Assert.StartsWith("FileJournalOptions.", refused.Option, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task An_entry_that_is_too_large_fails_its_run_and_nothing_else()
    {
        await using var journal = FileJournal.Open(new FileJournalOptions { Directory = _directory.Path, MaxPayloadBytes = 2000 });
        await using var runtime = Run(journal);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Claim, new string('x', 3000)));
        Assert.Equal(2000, Assert.IsType<JournalPayloadTooLargeException>(failure.InnerException).Limit);
        Assert.Null(journal.Fault);
        Assert.Equal("small, checked, paid 1", await runtime.RunAsync(Claim, "small"));
    }

    private FileJournal Open(int segmentBytes = 32 << 20, IPayloadCipher? cipher = null) =>
        FileJournal.Open(new FileJournalOptions { Directory = _directory.Path, SegmentBytes = segmentBytes, Cipher = cipher, Time = _time });

    private FlowRuntime Run(FileJournal journal)
    {
        var runtime = new FlowRuntime(new() { Journal = journal, Time = _time, SuspendLinger = TimeSpan.Zero });
        runtime.Steps.Add(Claim);
        return runtime;
    }

    private async Task SuspendAsync(FlowRuntime runtime, string id)
    {
        await runtime.StartAsync(Claim, "large", new() { Id = id });
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        while (runtime.Dormant.Count == 0)
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task AnswerAsync(FlowRuntime runtime, string id)
    {
        await runtime.Requests.ApproveAsync($"{id}/claim/boss");
        Assert.StartsWith("large, checked, paid ", await (await runtime.GetRunAsync<string>(RunId.Parse(id)))!.Result.WaitAsync(HangGuard.Limit), StringComparison.Ordinal);
    }

    private static async Task AssertKeptAsync(FileJournal journal)
    {
        var kept = new[] { "open", "old-7" }.Concat(Enumerable.Range(0, 10).Select(i => $"young-{i}")).Order(StringComparer.Ordinal);
        Assert.Equal(kept, (await journal.ListAsync(default).ToListAsync()).Select(run => run.RunId.ToString()).Order(StringComparer.Ordinal));
        foreach (var id in kept) Assert.NotEmpty(await journal.ReadAsync(RunId.Parse(id), 0, default));
        Assert.Equal(29, journal.Describe().Count(run => run.State == StoredRunState.Removed));
    }

    private static (int, int, int) Counts(RecoveryReport report) => (report.Resumed.Count, report.Suspended.Count, report.Held.Count);

    private long BytesOnDisk() => Directory.GetFiles(_directory.Path).Sum(file => new FileInfo(file).Length);

    private string OnDisk() => string.Concat(Directory.GetFiles(_directory.Path, "*.seg").Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))));
}
