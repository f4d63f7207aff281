using AgentFlow.Testing;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>Registering, activating, canaries, rolling back and deprecating, and what the history says of it.</summary>
public class RegistryChangeTests
{
    private readonly VirtualTimeProvider _time = new();

    private AgentRegistry Registry() => new(options: new() { Time = _time });

    private static AgentDefinition Version(int number, string name = "a") => new() { Name = name, Instructions = $"instructions {number}", Description = "d", Capabilities = ["c"] };

    private async Task<AgentRegistry> WithThreeAsync()
    {
        var registry = Registry();
        for (var i = 1; i <= 3; i++) await registry.RegisterAsync(Version(i), "ada", $"version {i}");
        return registry;
    }

    private static async Task<string> RefusedAsync(Func<Task> act) => Assert.Single((await Assert.ThrowsAsync<AgentRefusedException>(act)).Findings).Problem;

    [Fact]
    public async Task The_same_content_is_the_same_version()
    {
        var registry = await WithThreeAsync();
        Assert.Equal(2, (await registry.RegisterAsync(Version(2), "bob", "again")).Number);
        Assert.Equal(3, registry.Find("a")!.Versions.Count);
        Assert.Equal(3, registry.Find("a")!.History.Count);
    }

    [Fact]
    public async Task What_is_registered_is_a_copy()
    {
        var registry = Registry();
        var tools = new List<string> { "t" };
        var version = await registry.RegisterAsync(Version(1) with { Tools = tools }, "ada", "test");
        tools.Add("u");
        Assert.Equal(["t"], registry.Find("a")!.Versions[0].Definition.Tools);
        Assert.Equal(version.Hash, version.Definition.Hash);
    }

    [Fact]
    public async Task Activations_are_taken_back_one_after_the_other()
    {
        var registry = await WithThreeAsync();
        foreach (var version in (int[])[1, 2, 3, 3]) await registry.ActivateAsync("a", version, "ada", "go");
        Assert.Equal(2, (await registry.RollBackAsync("a", "bob", "worse")).Active!.Number);
        Assert.Equal(1, (await registry.RollBackAsync("a", "bob", "worse")).Active!.Number);
        Assert.Contains("no version to go back to", await RefusedAsync(() => registry.RollBackAsync("a", "bob", "worse")), StringComparison.Ordinal);
        Assert.Equal(3 + 3 + 2, registry.Find("a")!.History.Count);
    }

    [Fact]
    public async Task A_roll_back_passes_over_deprecated_versions()
    {
        var registry = await WithThreeAsync();
        foreach (var version in (int[])[1, 2, 3]) await registry.ActivateAsync("a", version, "ada", "go");
        await registry.DeprecateAsync("a", 2, "ada", "leaks");
        Assert.Equal(1, (await registry.RollBackAsync("a", "bob", "worse")).Active!.Number);
        Assert.Contains("no version", await RefusedAsync(() => registry.RollBackAsync("a", "bob", "worse")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_is_ended_by_a_roll_back_by_an_activation_or_by_itself()
    {
        var registry = await WithThreeAsync();
        Assert.Contains("active version", await RefusedAsync(() => registry.CanaryAsync("a", 2, 10, "ada", "try")), StringComparison.Ordinal);
        await registry.ActivateAsync("a", 1, "ada", "go");
        Assert.Contains("is the active version", await RefusedAsync(() => registry.CanaryAsync("a", 1, 10, "ada", "try")), StringComparison.Ordinal);
        Assert.Equal(new AgentCanary(2, 10), (await registry.CanaryAsync("a", 2, 10, "ada", "try")).Canary);
        var rolledBack = await registry.RollBackAsync("a", "bob", "worse");
        Assert.Equal((1, null), (rolledBack.Active!.Number, rolledBack.Canary));
        await registry.CanaryAsync("a", 2, 10, "ada", "try");
        Assert.Equal(new AgentCanary(2, 50), (await registry.CanaryAsync("a", 2, 50, "ada", "more")).Canary);
        Assert.Null((await registry.CanaryAsync("a", 2, 0, "ada", "enough")).Canary);
        await registry.CanaryAsync("a", 3, 0.01, "ada", "try");
        Assert.Null((await registry.ActivateAsync("a", 3, "ada", "good")).Canary);
        Assert.Equal(1, (await registry.RollBackAsync("a", "bob", "worse")).Active!.Number);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.001)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public async Task A_share_out_of_its_range_is_refused(double percent)
    {
        var registry = await WithThreeAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => registry.CanaryAsync("a", 2, percent, "ada", "try"));
    }

    [Fact]
    public async Task A_deprecated_version_is_not_activated_until_it_is_reinstated()
    {
        var registry = await WithThreeAsync();
        await registry.DeprecateAsync("a", 2, "ada", "leaks");
        Assert.True(registry.Find("a")!.Versions[1].IsDeprecated);
        Assert.Contains("deprecated", await RefusedAsync(() => registry.ActivateAsync("a", 2, "ada", "go")), StringComparison.Ordinal);
        Assert.True((await registry.RegisterAsync(Version(2), "ada", "again")).IsDeprecated);
        await registry.ReinstateAsync("a", 2, "ada", "no leak");
        Assert.Equal(2, (await registry.ActivateAsync("a", 2, "ada", "go")).Active!.Number);
    }

    [Fact]
    public async Task Unknown_agents_and_versions_are_said()
    {
        var registry = await WithThreeAsync();
        Assert.Contains("known: 'a'", (await Assert.ThrowsAsync<AgentNotRegisteredException>(() => registry.ActivateAsync("b", 1, "ada", "go"))).Message, StringComparison.Ordinal);
        foreach (var version in (int[])[0, -1, 4, int.MaxValue]) Assert.Equal(version, (await Assert.ThrowsAsync<AgentNotRegisteredException>(() => registry.ActivateAsync("a", version, "ada", "go"))).Version);
        Assert.Throws<AgentNotRegisteredException>(() => registry.Diff("a", 1, 9));
    }

    [Fact]
    public async Task Nothing_changes_without_a_name_and_a_reason()
    {
        var registry = await WithThreeAsync();
        await Assert.ThrowsAsync<ArgumentNullException>(() => registry.ActivateAsync("a", 1, null!, "go"));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.ActivateAsync("a", 1, " ", "go"));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.ActivateAsync("a", 1, "ada", " "));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.RegisterAsync(Version(9), "ada", ""));
        Assert.Equal(3, registry.Find("a")!.History.Count);
    }

    [Fact]
    public async Task The_history_says_who_did_what_when_and_why()
    {
        var registry = Registry();
        await registry.RegisterAsync(Version(1), new Principal("ada") { Tenant = "acme", Roles = new HashSet<string> { "editor" } }, "first");
        _time.Advance(TimeSpan.FromMinutes(5));
        await registry.ActivateAsync("a", 1, "bob", "reviewed");
        var history = registry.Find("a")!.History;
        Assert.Equal([1, 2], history.Select(change => change.Sequence));
        Assert.Equal(("ada", "acme", "first"), (history[0].By.User, history[0].By.Tenant, history[0].Reason));
        Assert.Empty(history[0].By.Roles);
        Assert.Equal(TimeSpan.FromMinutes(5), history[1].Time - history[0].Time);
        Assert.EndsWith("a v1 Activated by bob: reviewed", $"{history[1]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_goes_back_changes_no_order()
    {
        var clock = new BackwardClock();
        var registry = new AgentRegistry(new AgentFlow.Agents.InMemoryAgentStore(), new() { Time = clock });
        for (var i = 1; i <= 3; i++) await registry.RegisterAsync(Version(i), "ada", "test");
        foreach (var version in (int[])[1, 2, 3]) await registry.ActivateAsync("a", version, "ada", "go");
        Assert.Equal(3, registry.Find("a")!.Active!.Number);
        Assert.True(registry.Find("a")!.History[5].Time < registry.Find("a")!.History[0].Time);
        Assert.False(registry.IsFresh);
    }

    [Theory]
    [InlineData("größe 💡")]
    [InlineData("..")]
    [InlineData("a\\b:*?\"<>|")]
    [InlineData("CON")]
    public async Task Odd_names_are_names(string name)
    {
        using var directory = new Journaling.Files.TemporaryDirectory();
        var registry = new AgentRegistry(new AgentFlow.Agents.FileAgentStore(directory.Path));
        await registry.RegisterAsync(Version(1, name), "ada", "test");
        await registry.ActivateAsync(name, 1, "ada", "go");
        var again = new AgentRegistry(new AgentFlow.Agents.FileAgentStore(directory.Path));
        await again.RefreshAsync();
        Assert.Equal(name, again.Find(name)!.Active!.Name);
    }

    [Fact]
    public async Task Of_many_who_change_at_once_none_is_lost()
    {
        using var directory = new Journaling.Files.TemporaryDirectory();
        var registries = Enumerable.Range(0, 4).Select(_ => new AgentRegistry(new AgentFlow.Agents.FileAgentStore(directory.Path))).ToList();
        await Task.WhenAll(registries.SelectMany((registry, i) => Enumerable.Range(0, 5).Select(j => Task.Run(async () =>
        {
            var version = await registry.RegisterAsync(Version((i * 5) + j), $"user {i}", "at once");
            await registry.ActivateAsync("a", version.Number, $"user {i}", "at once");
        }))));
        await registries[0].RefreshAsync();
        var agent = registries[0].Find("a")!;
        Assert.Equal(20, agent.Versions.Count);
        Assert.Equal(Enumerable.Range(1, 20), agent.Versions.Select(version => version.Number));
        Assert.Equal(40, agent.History.Count);
        Assert.Equal(agent.History.Last(change => change.Kind == AgentChangeKind.Activated).Version, agent.Active!.Number);
    }

    private sealed class BackwardClock : TimeProvider
    {
        private long _ticks = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).Ticks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref _ticks, -TimeSpan.TicksPerHour), TimeSpan.Zero);

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, -TimeSpan.TicksPerHour);
    }
}
