using AgentFlow.Journaling;
using AgentFlow.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Agents;

public class ModelSourceTests
{
    private static Agent<string, string> Named(string name) => Agent.Create("a").Model(name).Build();

    [Fact]
    public async Task A_name_is_looked_up_in_the_runtimes_models()
    {
        using var fast = new ScriptedChatClient().Reply("fast");
        using var strong = new ScriptedChatClient().Reply("strong");
        await using var runtime = new FlowRuntime();
        runtime.Models.Add("fast", fast).Add("strong", strong);
        Assert.Equal("strong", await runtime.RunAsync(Named("strong"), "x"));
    }

    [Fact]
    public async Task Then_among_the_containers_keyed_clients()
    {
        using var client = new ScriptedChatClient().Reply("keyed");
        var services = new ServiceCollection().AddKeyedSingleton<IChatClient>("fast", client).BuildServiceProvider();
        await using var runtime = new FlowRuntime(new() { Services = services });
        Assert.Equal("keyed", await runtime.RunAsync(Named("fast"), "x"));
    }

    [Fact]
    public async Task Without_a_name_the_only_model_serves()
    {
        using var only = new ScriptedChatClient().Reply("only");
        await using var runtime = new FlowRuntime();
        runtime.Models.Add("whatever", only, new ModelPrice(1, 1));
        Assert.Equal("only", await runtime.RunAsync(Agent.Create("a").Build(), "x"));
    }

    [Fact]
    public async Task Without_a_name_the_containers_client_serves_when_there_is_no_single_model()
    {
        using var plain = new ScriptedChatClient().Reply("plain");
        var services = new ServiceCollection().AddSingleton<IChatClient>(plain).BuildServiceProvider();
        await using var runtime = new FlowRuntime(new() { Services = services });
        Assert.Equal("plain", await runtime.RunAsync(Agent.Create("a").Build(), "x"));
    }

    [Fact]
    public async Task An_unknown_name_says_which_ones_there_are_and_is_not_retried()
    {
        using var fast = new ScriptedChatClient();
        await using var runtime = new FlowRuntime();
        runtime.Models.Add("fast", fast).Add("strong", fast);
        var agent = Agent.Create("a").Model("stronk").Retry(3).Build();
        var run = await runtime.EndedAsync(agent, "x");
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result);
        Assert.Single(run.Entries, entry => entry.Kind == JournalEntryKind.EffectFailed);
        Assert.Equal(typeof(UnknownModelException).FullName, failed.ErrorType);
        var error = Assert.IsType<UnknownModelException>(failed.InnerException!.InnerException);
        Assert.Equal("stronk", error.Model);
        Assert.Equal(["fast", "strong"], error.KnownModels);
        Assert.Contains("Known: fast, strong", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddModel(\"stronk\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_name_and_no_model_says_so()
    {
        await using var runtime = new FlowRuntime();
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Agent.Create("a").Build(), "x"));
        Assert.Contains("names no model", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_replaced_in_the_registry_serves_the_next_call()
    {
        using var first = new ScriptedChatClient().Reply("one");
        using var second = new ScriptedChatClient().Reply("two");
        await using var runtime = new FlowRuntime();
        var agent = Named("m");
        runtime.Models.Add("m", first);
        Assert.Equal("one", await runtime.RunAsync(agent, "x"));
        runtime.Models.Add("m", second);
        Assert.Equal("two", await runtime.RunAsync(agent, "x"));
    }
}
