using AgentFlow.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.DependencyInjection;

public class ModelRegistrationTests
{
    private static readonly ModelPrice Price = new(1m, 2m);

    [Fact]
    public async Task A_model_is_an_instance_or_made_once_from_services()
    {
        var (fast, made) = (new ScriptedChatClient(), 0);
        await using var services = new ServiceCollection().AddAgentFlow()
            .AddModel("fast", fast)
            .AddModel("strong", _ => { made++; return new ScriptedChatClient(); }, Price)
            .Strict();
        var models = services.Runtime().Models;
        Assert.Equal(["fast", "strong"], models.Names);
        Assert.Same(fast, models.Entry("fast")!.Client);
        Assert.Equal(Price, models.Find("strong")!.Price);
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task A_model_may_wrap_a_client_that_is_registered_under_its_own_name()
    {
        var inner = new ScriptedChatClient();
        await using var services = new ServiceCollection().AddKeyedSingleton<IChatClient>("fast", inner).AddAgentFlow()
            .AddModel("fast", sp => new Wrapping(sp.GetRequiredKeyedService<IChatClient>("fast"))).Strict();
        var wrapping = Assert.IsType<Wrapping>(services.Runtime().Models.Entry("fast")!.Client);
        Assert.Same(inner, wrapping.Inner);
        Assert.Same(inner, services.GetRequiredKeyedService<IChatClient>("fast"));
    }

    [Fact]
    public async Task A_keyed_client_can_be_given_a_price()
    {
        var client = new ScriptedChatClient();
        await using var services = new ServiceCollection().AddKeyedSingleton<IChatClient>("fast", client).AddAgentFlow().AddModel("fast", Price).Strict();
        var model = services.Runtime().Models.Entry("fast")!;
        Assert.Equal((client, Price), (model.Client, model.Info.Price));
    }

    [Fact]
    public async Task Two_models_of_one_name_are_an_error_that_names_it()
    {
        await using var services = new ServiceCollection().AddAgentFlow()
            .AddModel("fast", new ScriptedChatClient()).AddModel("fast", _ => new ScriptedChatClient()).Strict();
        var error = Assert.Throws<DuplicateRegistrationException>(services.Runtime);
        Assert.Equal(("model", "fast"), (error.Kind, error.Name));
        Assert.Contains("'fast'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_client_with_two_prices_is_an_error_and_with_one_price_is_not()
    {
        var client = new ScriptedChatClient();
        await using var clash = new ServiceCollection().AddAgentFlow().AddModel("fast", client, Price).AddModel("fast", client, new(5m, 5m)).Strict();
        Assert.Throws<DuplicateRegistrationException>(clash.Runtime);
        await using var same = new ServiceCollection().AddAgentFlow().AddModel("fast", client, Price).AddModel("fast", client, new(1m, 2m)).Strict();
        Assert.Equal(["fast"], same.Runtime().Models.Names);
    }

    [Fact]
    public async Task The_container_disposes_the_clients_it_made_once_and_leaves_instances_alone()
    {
        var (made, given) = (new Wrapping(new ScriptedChatClient()), new Wrapping(new ScriptedChatClient()));
        var services = new ServiceCollection().AddAgentFlow().AddModel("made", _ => made).AddModel("given", given).Strict();
        _ = services.Runtime();
        await services.DisposeAsync();
        Assert.Equal((1, 0), (made.Disposals, given.Disposals));
    }

    private sealed class Wrapping(IChatClient inner) : DelegatingChatClient(inner)
    {
        public IChatClient Inner => InnerClient;

        public int Disposals { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Disposals++;
            base.Dispose(disposing);
        }
    }
}
