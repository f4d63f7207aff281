using AgentFlow.Agents;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>What every store of agent changes does. Each test gets one store, and can open it again.</summary>
public abstract class AgentStoreContract : IDisposable
{
    /// <summary>The same content for another process.</summary>
    internal abstract IAgentStore Open();

    private static AgentChange Change(int sequence, string agent = "a") => new()
    {
        Sequence = sequence,
        Kind = AgentChangeKind.Registered,
        Agent = agent,
        Version = sequence,
        By = new("ada") { Tenant = "t", Project = "p" },
        Reason = "because: \"ä\" \n 💡",
        Time = new(2026, 11, 20, 10, 0, sequence, TimeSpan.Zero),
        Definition = new() { Name = agent, Instructions = $"line 1\nline {sequence}", Tools = ["b", "a"], Limits = new() { MaxTurns = 3, TimeoutSeconds = 1.5 } },
    };

    [Fact]
    public async Task An_empty_store_reads_as_nothing() => Assert.Empty(await Open().ReadAsync(0, default));

    [Fact]
    public async Task What_was_appended_reads_back_in_order_and_from_any_place()
    {
        for (var i = 1; i <= 3; i++) Assert.True(await Open().TryAppendAsync(Change(i), default));
        Assert.True(await Open().TryAppendAsync(Change(4) with { Kind = AgentChangeKind.CanaryStarted, Definition = null, Percent = 12.25 }, default));
        var all = await Open().ReadAsync(0, default);
        Assert.Equal([1, 2, 3, 4], all.Select(change => change.Sequence));
        Assert.Equal([3, 4], (await Open().ReadAsync(2, default)).Select(change => change.Sequence));
        Assert.Empty(await Open().ReadAsync(4, default));
        var (expected, read) = (Change(2), all[1]);
        Assert.Equal(expected.Definition!.Hash, read.Definition!.Hash);
        Assert.Equal(expected with { Definition = null, By = read.By }, read with { Definition = null });
        Assert.Equal(("ada", "t", "p"), (read.By.User, read.By.Tenant, read.By.Project));
        Assert.Equal((AgentChangeKind.CanaryStarted, 12.25, null), (all[3].Kind, all[3].Percent, all[3].Definition));
    }

    [Fact]
    public async Task A_place_is_taken_once()
    {
        Assert.True(await Open().TryAppendAsync(Change(1, "first"), default));
        Assert.False(await Open().TryAppendAsync(Change(1, "second"), default));
        Assert.Equal("first", Assert.Single(await Open().ReadAsync(0, default)).Agent);
    }

    [Fact]
    public async Task A_change_that_would_leave_a_gap_is_refused()
    {
        await Open().TryAppendAsync(Change(1), default);
        await Assert.ThrowsAsync<AgentStoreException>(async () => await Open().TryAppendAsync(Change(3), default));
        Assert.Single(await Open().ReadAsync(0, default));
    }

    [Fact]
    public async Task Of_many_writers_at_once_one_gets_the_place_and_a_reader_sees_whole_changes()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToList();
        for (var place = 1; place <= 5; place++)
        {
            var writes = stores.Select((store, i) => Task.Run(async () => await store.TryAppendAsync(Change(place, $"w{i}"), default))).ToList();
            var reads = stores.Select(store => Task.Run(async () => (await store.ReadAsync(0, default)).Count)).ToList();
            Assert.Single(await Task.WhenAll(writes), won => won);
            Assert.All(await Task.WhenAll(reads), count => Assert.InRange(count, place - 1, place));
        }

        Assert.Equal(5, (await Open().ReadAsync(0, default)).Count);
    }

    [Fact]
    public async Task Wrong_arguments_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Open().ReadAsync(-1, default));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await Open().TryAppendAsync(null!, default));
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

public sealed class InMemoryAgentStoreTests : AgentStoreContract
{
    private readonly InMemoryAgentStore _store = new();

    internal override IAgentStore Open() => _store;
}
