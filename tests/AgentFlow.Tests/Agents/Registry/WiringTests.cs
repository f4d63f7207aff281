using AgentFlow.Agents;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.DependencyInjection;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Journaling.Files;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>The registry in a container, in traces, in replays of histories, and as the source of candidates.</summary>
public class WiringTests
{
    private static ScriptedChatClient Echo() => new ScriptedChatClient().Reply(static call => call.Instructions).Always();

    private static async Task FillAsync(AgentRegistry registry, params AgentDefinition[] definitions)
    {
        foreach (var definition in definitions) await registry.ActivateAsync(definition.Name, (await registry.RegisterAsync(definition, "ada", "test")).Number, "ada", "test");
    }

    [Fact]
    public async Task A_container_gives_runtime_and_host_one_registry_with_the_tools_that_were_added()
    {
        using var directory = new TemporaryDirectory();
        await FillAsync(new AgentRegistry(new FileAgentStore(directory.Path)), new AgentDefinition { Name = "a", Instructions = "from the files", Tools = ["find"] });
        using var model = Echo();
        await using var services = new ServiceCollection().AddAgentFlow()
            .AddModel("fast", model).AddTool(Tool.From("find", "", () => 1)).AddAgentRegistry(directory.Path).AddAgentRegistry(directory.Path).Strict();
        Assert.Same(services.GetRequiredService<AgentRegistry>(), services.Runtime().Agents);
        Assert.Equal("from the files", await services.Runtime().RunAsync(Agent.Registered<string, string>("a"), "x"));
    }

    [Fact]
    public async Task The_store_of_a_container_is_used_and_two_registries_are_an_error()
    {
        var store = new InMemoryAgentStore();
        await using var services = new ServiceCollection().AddSingleton<IAgentStore>(store).AddAgentFlow().AddAgentRegistry().Strict();
        await services.GetRequiredService<AgentRegistry>().RegisterAsync(new() { Name = "a", Instructions = "x" }, "ada", "test");
        Assert.Single(await store.ReadAsync(0, default));
        await using var clash = new ServiceCollection().AddAgentFlow().AddAgentRegistry("one").AddAgentRegistry("two").Strict();
        Assert.Equal("agent registry", Assert.Throws<DuplicateRegistrationException>(clash.Runtime).Kind);
    }

    [Fact]
    public async Task A_run_sees_what_another_process_has_activated_when_it_is_time()
    {
        using var directory = new TemporaryDirectory();
        var time = new VirtualTimeProvider();
        var (here, there) = (new AgentRegistry(new FileAgentStore(directory.Path), new() { Time = time }), new AgentRegistry(new FileAgentStore(directory.Path)));
        using var model = Echo();
        var options = new FlowRuntimeOptions { Agents = here };
        options.Models.Add("fast", model);
        await using var runtime = new FlowRuntime(options);
        var flow = Agent.Registered<string, string>("a");
        await FillAsync(there, new AgentDefinition { Name = "a", Instructions = "one" });
        Assert.Equal("one", await runtime.RunAsync(flow, "x"));
        await FillAsync(there, new AgentDefinition { Name = "a", Instructions = "two" });
        Assert.Equal("one", await runtime.RunAsync(flow, "x"));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("two", await runtime.RunAsync(flow, "x"));
    }

    [Fact]
    public async Task A_damaged_store_starts_no_run_and_holds_those_that_need_it()
    {
        using var directory = new TemporaryDirectory();
        var journal = new InProcessJournal();
        using var model = Echo();
        var flow = Flow.Start<string>("f").WaitFor<bool>("go").Map((text, _) => text).Then(Agent.Registered<string, string>("a")).Build();
        await using (var runtime = await StartedAsync(new AgentRegistry(new FileAgentStore(directory.Path))))
        {
            await FillAsync(runtime.Agents!, new AgentDefinition { Name = "a", Instructions = "one" });
            var run = await runtime.StartAsync(flow, "x", new() { Id = "waiting" });
            await Eventually.Holds(() => run.Status == RunStatus.Suspended);
        }

        await File.WriteAllTextAsync(Directory.GetFiles(directory.Path).Order(StringComparer.Ordinal).First(), "");
        await using var next = await StartedAsync(new AgentRegistry(new FileAgentStore(directory.Path)));
        next.Steps.Add(flow);
        await Assert.ThrowsAsync<AgentStoreException>(async () => await next.StartAsync(flow, "y"));
        await next.RecoverAsync();
        Assert.Contains("is empty", (await Assert.ThrowsAsync<RunHeldException>(async () => await next.GetRunAsync(RunId.Parse("waiting")))).Message, StringComparison.Ordinal);

        async Task<FlowRuntime> StartedAsync(AgentRegistry registry)
        {
            await Task.CompletedTask;
            var options = new FlowRuntimeOptions { Agents = registry, Journal = journal };
            options.Models.Add("fast", model);
            return new(options);
        }
    }

    [Fact]
    public async Task A_history_is_checked_with_the_versions_it_has_pinned()
    {
        var journal = new InProcessJournal();
        using var model = Echo();
        var options = new FlowRuntimeOptions { Agents = new AgentRegistry(new InMemoryAgentStore()), Journal = journal };
        options.Models.Add("fast", model);
        await FillAsync(options.Agents, new AgentDefinition { Name = "a", Instructions = "one" });
        var flow = Flow.Start<string>("f").Then(Agent.Registered<string, string>("a")).Build();
        options.Steps.Add(flow);
        await using var runtime = new FlowRuntime(options);
        await runtime.RunAsync(flow, "x", new() { Id = "run" });
        await FillAsync(options.Agents, new AgentDefinition { Name = "a", Instructions = "two" });
        var history = await journal.ReadAsync(RunId.Parse("run"), 0, default);
        Assert.Equal(HistoryVerdict.Compatible, (await new FlowReplayer(options).CheckAsync(history)).Verdict);
        options.Agents = new AgentRegistry();
        var refused = await new FlowReplayer(options).CheckAsync(history);
        Assert.Equal(HistoryVerdict.Refused, refused.Verdict);
        Assert.Contains("a v1", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Candidates_by_capability_are_steps_and_tools_with_their_description()
    {
        using var model = Echo();
        var options = new FlowRuntimeOptions { Agents = new AgentRegistry() };
        options.Models.Add("fast", model);
        await FillAsync(
            options.Agents, new AgentDefinition { Name = "b", Instructions = "I am b", Description = "Is b.", Capabilities = ["speak"] }, new AgentDefinition { Name = "a", Instructions = "I am a", Capabilities = ["speak", "sing"] });
        await using var runtime = new FlowRuntime(options);
        var candidates = options.Agents.FindByCapability<string, string>("speak");
        Assert.Equal(["I am a", "I am b"], await runtime.RunAsync(Flow.Start<string>("f").FanOut(candidates).Build(), "x"));
        var assigned = Flow.Start<string>("g").Assign("who", a => a.To<string>(options.Agents.FindByCapability("speak")).Needs("sing")).Build();
        var run = await runtime.StartAsync(assigned, "x");
        Assert.Equal("I am a", await run.Result.Soon());
        Assert.Equal(["a v1", "b v1"], run.Agents.Select(pin => $"{pin}"));
        Assert.Equal("Is b.", Tool.From(candidates[1]).Description);
        Assert.Equal("Says it.", Tool.From(Agent.Registered<string, string>("a", "Says it.")).Description);
    }

    [Fact]
    public async Task Runs_share_their_pins_until_something_changes()
    {
        using var model = Echo();
        var options = new FlowRuntimeOptions { Agents = new AgentRegistry(), KeepEndedRuns = 10 };
        options.Models.Add("fast", model);
        await FillAsync(options.Agents, new AgentDefinition { Name = "a", Instructions = "one" }, new AgentDefinition { Name = "b", Instructions = "one" });
        await using var runtime = new FlowRuntime(options);
        var flow = Flow.Start<string>("f").Then(Agent.Registered<string, string>("a")).Build();
        var (first, second) = (await runtime.EndedAsync(flow, "x"), await runtime.EndedAsync(flow, "x"));
        Assert.Same(first.Agents, second.Agents);
        await FillAsync(options.Agents, new AgentDefinition { Name = "a", Instructions = "two" });
        Assert.Equal("a v2", $"{Assert.Single((await runtime.EndedAsync(flow, "x")).Agents)}");
        await options.Agents.CanaryAsync("a", 1, 100, "ada", "try");
        Assert.Equal("a v1 (canary)", $"{Assert.Single((await runtime.EndedAsync(flow, "x")).Agents)}");
    }
}
