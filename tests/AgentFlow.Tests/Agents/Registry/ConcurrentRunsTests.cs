using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>A thousand runs while agents are registered, activated, tried, rolled back and deprecated: each used what it had pinned.</summary>
public class ConcurrentRunsTests
{
    private const int Runs = 1_000;

    /// <summary>The second agent comes when everything has changed.</summary>
    private static Flow<string, string> Both(Task changed) => Flow.Start<string>("both")
        .Then(Agent.Registered<string, string>("first"))
        .Then("pause", async ValueTask<string> (said, _) =>
        {
            await changed;
            return said;
        })
        .FanOut(Agent.Registered<string, string>("second"), Step.Create<string, string>("kept", static (said, _) => said))
        .Map(static (second, first) => $"{first}|{second}")
        .Build();

    private static AgentDefinition Version(string name, int number) => new() { Name = name, Instructions = $"{name} {number}", Model = "echo" };

    private static ScriptedChatClient Echo() => new ScriptedChatClient().Reply(static call => call.Instructions).Always();

    /// <summary>A new version, tried on some of the runs, and then active, or not, and perhaps out of use.</summary>
    private static async Task ChangeAsync(AgentRegistry registry, string name, Random random)
    {
        var version = (await registry.RegisterAsync(Version(name, registry.Find(name)!.Versions.Count + 1), "ada", "new")).Number;
        await registry.CanaryAsync(name, version, random.Next(1, 100), "ada", "try");
        await Task.Yield();
        if (random.Next(2) == 0) await registry.ActivateAsync(name, version, "ada", "good");
        else await registry.RollBackAsync(name, "ada", "bad");
        if (random.Next(3) == 0 && registry.Find(name)!.Active!.Number is var active && active != version) await registry.DeprecateAsync(name, version, "ada", "unused");
    }

    private static string Expected(IReadOnlyList<AgentPin> pins) => string.Join('|', pins.OrderBy(pin => pin.Agent, StringComparer.Ordinal).Select(pin => $"{pin.Agent} {pin.Version}"));

    private static async Task<AgentRegistry> FilledAsync(AgentFlow.Agents.IAgentStore? store = null)
    {
        var registry = new AgentRegistry(store);
        foreach (var name in (string[])["first", "second"])
        {
            await registry.RegisterAsync(Version(name, 1), "ada", "first");
            await registry.ActivateAsync(name, 1, "ada", "first");
        }

        return registry;
    }

    [Fact]
    public async Task Each_run_used_exactly_the_versions_it_pinned()
    {
        var registry = await FilledAsync();
        using var model = Echo();
        var options = new FlowRuntimeOptions { Agents = registry };
        options.Models.Add("echo", model);
        await using var runtime = new FlowRuntime(options);
        const int Rounds = 50;
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flow = Both(changed.Task);
        var randoms = new Dictionary<string, Random> { ["first"] = new(1), ["second"] = new(2) };
        var runs = new List<FlowRun<string>>();
        for (var round = 0; round < Rounds; round++)
        {
            var changes = randoms.Select(one => Task.Run(() => ChangeAsync(registry, one.Key, one.Value))).ToList();
            runs.AddRange(await Task.WhenAll(Enumerable.Range(0, Runs / Rounds).Select(i => Task.Run(async () => await runtime.StartAsync(flow, $"{i}")))));
            await Task.WhenAll(changes).WaitAsync(HangGuard.Limit);
        }

        Assert.Equal(Runs, runtime.ActiveRuns);
        changed.SetResult();
        foreach (var run in runs) Assert.Equal(Expected(run.Agents), await run.Result.WaitAsync(HangGuard.Limit));
        Assert.True(runs.SelectMany(run => run.Agents).Distinct().Count() > 10, "the versions did not change meanwhile");
    }

    [Fact]
    public async Task The_same_over_a_durable_journal_and_a_restart_with_a_registry_from_files()
    {
        using var directory = new Journaling.Files.TemporaryDirectory();
        var journal = new InProcessJournal();
        using var model = Echo();
        var waiting = Flow.Start<string>("waiting").Then(Agent.Registered<string, string>("first")).WaitFor<bool>("go").Map(static (said, _) => said).Then(Agent.Registered<string, string>("second")).Build();
        var pins = new Dictionary<RunId, string>();
        await using (var runtime = await RuntimeAsync())
        {
            await runtime.Agents!.RefreshAsync();
            var changes = new[] { "first", "second" }.Select((name, i) => Task.Run(async () =>
            {
                var random = new Random(i);
                for (var round = 0; round < 10; round++) await ChangeAsync(runtime.Agents!, name, random);
            })).ToList();
            var runs = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await runtime.StartAsync(waiting, $"{i}"))));
            await Eventually.Holds(() => runs.All(run => run.Status == RunStatus.Suspended));
            await Task.WhenAll(changes).WaitAsync(HangGuard.Limit);
            foreach (var run in runs) pins.Add(run.Id, Expected(run.Agents));
        }

        await using var next = await RuntimeAsync();
        await next.Agents!.ActivateAsync("second", (await next.Agents.RegisterAsync(Version("second", 1_000), "ada", "last")).Number, "ada", "last");
        next.Steps.Add(waiting);
        Assert.Empty((await next.RecoverAsync()).Held);
        foreach (var (id, expected) in pins)
        {
            await next.SignalAsync(id, "go", true);
            var run = (await next.GetRunAsync<string>(id))!;
            Assert.EndsWith(expected.Split('|')[1], await run.Result.WaitAsync(HangGuard.Limit), StringComparison.Ordinal);
            Assert.Equal(expected, Expected(run.Agents));
        }

        async Task<FlowRuntime> RuntimeAsync()
        {
            var options = new FlowRuntimeOptions { Agents = pins.Count == 0 ? await FilledAsync(new AgentFlow.Agents.FileAgentStore(directory.Path)) : new AgentRegistry(new AgentFlow.Agents.FileAgentStore(directory.Path)), Journal = journal };
            options.Models.Add("echo", model);
            return new(options);
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(33.3)]
    [InlineData(50)]
    [InlineData(99)]
    [InlineData(100)]
    public void A_canary_gets_its_share_of_ten_thousand_runs_and_always_the_same_ones(double percent)
    {
        const int Count = 10_000;
        var numbered = Enumerable.Range(1, Count).Select(i => RunId.Parse($"0123456789abcdef-{i}")).ToList();
        var named = Enumerable.Range(1, Count).Select(i => RunId.Parse($"claim-{i}")).ToList();
        foreach (var ids in (List<RunId>[])[numbered, named])
        {
            var share = percent / 100;
            var hits = ids.Where(id => CanaryShare.Has(id, "writer-1", percent)).ToHashSet();
            Assert.InRange(hits.Count, (share * Count) - (5 * Math.Sqrt(Count * share * (1 - share))) - 1, (share * Count) + (5 * Math.Sqrt(Count * share * (1 - share))) + 1);
            Assert.True(hits.SetEquals(ids.Where(id => CanaryShare.Has(RunId.Parse($"{id}"), "writer-1", percent))));
            var both = ids.Count(id => hits.Contains(id) && CanaryShare.Has(id, "writer-2", percent));
            Assert.InRange(both, (share * share * Count) - (5 * Math.Sqrt(Count * share * share)) - 1, (share * share * Count) + (5 * Math.Sqrt(Count * share * share)) + 1);
        }
    }

    [Fact]
    public async Task A_run_records_that_it_is_a_canary()
    {
        var registry = await FilledAsync();
        await registry.RegisterAsync(Version("first", 2), "ada", "new");
        await registry.CanaryAsync("first", 2, 50, "ada", "try");
        using var model = Echo();
        var journal = new InProcessJournal();
        var options = new FlowRuntimeOptions { Agents = registry, Journal = journal };
        options.Models.Add("echo", model);
        await using var runtime = new FlowRuntime(options);
        var canaries = 0;
        for (var i = 0; i < 40; i++)
        {
            var run = await runtime.StartAsync(Agent.Registered<string, string>("first"), "x", new() { Id = $"run-{i}" });
            var said = await run.Result.WaitAsync(HangGuard.Limit);
            var stored = ((RunStartedEntry)EntryDecoder.Decode((await journal.ReadAsync(run.Id, 0, default))[0])).Agents;
            Assert.Equal(run.Agents, stored);
            Assert.Equal(stored[0].IsCanary, said == "first 2");
            Assert.Equal(CanaryShare.Has(run.Id, "first", 50), stored[0].IsCanary);
            if (stored[0].IsCanary) canaries++;
        }

        Assert.InRange(canaries, 5, 35);
    }
}
