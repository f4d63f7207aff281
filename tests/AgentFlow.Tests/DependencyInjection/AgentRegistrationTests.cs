using AgentFlow.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.DependencyInjection;

public class AgentRegistrationTests
{
    [Fact]
    public async Task An_agent_is_found_by_name_and_by_type_and_uses_a_registered_model()
    {
        using var model = new ScriptedChatClient().Reply("good day");
        var greeter = Agent.Create("greeter").Model("fast").Build();
        await using var services = new ServiceCollection().AddAgentFlow().AddModel("fast", model).AddAgent(greeter).Strict();
        Assert.Same(greeter, services.GetRequiredService<Agent<string, string>>());
        Assert.Equal("good day", await services.Runtime().RunAsync(services.Runtime().GetFlow<string, string>("greeter"), "hello"));
    }

    [Fact]
    public async Task An_agent_is_built_with_registered_tools_whose_services_are_those_of_the_call()
    {
        using var model = new ScriptedChatClient().CallTool("look_up", ("number", "P-1")).CallTool("look_up", ("number", "P-2")).Reply("done");
        await using var services = new ServiceCollection().AddSingleton<Probe>().AddScoped<Session>().AddAgentFlow()
            .AddModel("fast", model)
            .AddTool("look_up", _ => Tool.From("look_up", "Looks up a policy", (string number, IServiceProvider scope) => { scope.GetRequiredService<Session>().Use(); return number; }))
            .AddAgent(sp => Agent.Create("clerk").Model("fast").Tools(sp.GetRequiredKeyedService<Tool>("look_up")).Build())
            .Strict();
        Assert.Equal("done", await services.Runtime().RunAsync(services.GetRequiredService<Agent<string, string>>(), "x"));
        Assert.Equal(["use 1", "dispose 1", "use 2", "dispose 2"], services.GetRequiredService<Probe>().Log);
        model.VerifyComplete();
    }

    [Fact]
    public async Task Tools_are_found_by_name_and_two_of_one_name_are_an_error()
    {
        var tool = Tool.From("find", "Finds", (string text) => text);
        await using var services = new ServiceCollection().AddAgentFlow().AddTool(tool).AddTool(tool).Strict();
        Assert.Same(tool, Assert.Single(services.GetServices<Tool>()));
        Assert.Same(tool, services.GetRequiredKeyedService<Tool>("find"));
        _ = services.Runtime();
        await using var clash = new ServiceCollection().AddAgentFlow().AddTool(tool).AddTool("find", _ => tool).Strict();
        var error = Assert.Throws<DuplicateRegistrationException>(clash.Runtime);
        Assert.Equal(("tool", "find"), (error.Kind, error.Name));
    }

    [Fact]
    public async Task A_tool_that_was_added_under_another_name_than_its_own_is_an_error()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddTool("find", _ => Tool.From("search", "Searches", (string text) => text)).Strict();
        var error = Assert.Throws<InvalidOptionException>(services.Runtime);
        Assert.Equal("search", error.Value);
        Assert.Contains("'find'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_under_a_key_is_made_once_however_it_is_registered()
    {
        var made = 0;
        await using var services = new ServiceCollection()
            .AddKeyedTransient<IChatClient>("fast", (_, _) => { made++; return new ScriptedChatClient().Reply("one").Reply("two"); })
            .AddAgentFlow().AddAgent(Agent.Create("greeter").Model("fast").Build()).Strict();
        var greeter = services.GetRequiredService<Agent<string, string>>();
        Assert.Equal(("one", "two"), (await services.Runtime().RunAsync(greeter, "x"), await services.Runtime().RunAsync(greeter, "x")));
        Assert.Equal(1, made);
    }
}
