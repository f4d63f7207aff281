using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.DependencyInjection;

public class StepRegistrationTests
{
    private static readonly Flow<int, int> First = Counting(version: 1, by: 1);
    private static readonly Flow<int, int> Second = Counting(version: 2, by: 2);
    private static readonly Flow<int, string> Text = Flow.FromCode<int, string>("text", (x, _) => new($"{x}"));

    [Fact]
    public async Task A_flow_is_found_by_name_and_by_type()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddFlow(First).AddFlow(Text).Strict();
        Assert.Same(First, services.Runtime().GetFlow<int, int>("count"));
        Assert.Same(Text, services.GetRequiredService<Flow<int, string>>());
        Assert.Equal(3, await services.Runtime().RunAsync(services.Runtime().GetFlow<int, int>("count"), 2));
    }

    [Fact]
    public async Task Versions_stand_side_by_side_and_the_highest_is_the_default()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddFlow(Second).AddFlow(First).Strict();
        var runtime = services.Runtime();
        Assert.Same(Second, runtime.GetFlow<int, int>("count"));
        Assert.Same(First, runtime.GetFlow<int, int>("count", 1));
        Assert.Equal([First, Second], runtime.Steps.All);
        Assert.Null(runtime.Steps.Find("count", 3));
    }

    [Fact]
    public async Task A_flow_is_built_once_from_services()
    {
        var built = 0;
        await using var services = new ServiceCollection().AddSingleton(new Uri("http://127.0.0.1:5/")).AddAgentFlow().AddFlow(sp =>
        {
            built++;
            return Flow.FromCode<int, int>("port", (x, _) => new(x + sp.GetRequiredService<Uri>().Port));
        }).Strict();
        var flow = services.GetRequiredService<Flow<int, int>>();
        Assert.Same(flow, services.Runtime().GetFlow<int, int>("port"));
        Assert.Equal(7, await services.Runtime().RunAsync(flow, 2));
        Assert.Equal(1, built);
    }

    [Fact]
    public async Task Two_containers_of_one_collection_build_flows_of_their_own()
    {
        var collection = new ServiceCollection();
        collection.AddAgentFlow().AddFlow(_ => Counting(1, 1));
        await using var one = collection.Strict();
        await using var other = collection.Strict();
        Assert.NotSame(one.Runtime().GetFlow<int, int>("count"), other.Runtime().GetFlow<int, int>("count"));
    }

    [Fact]
    public async Task Another_flow_of_the_same_name_and_version_is_an_error()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddFlow(Second).AddFlow(_ => Counting(2, 9)).Strict();
        var error = Assert.Throws<DuplicateRegistrationException>(services.Runtime);
        Assert.Equal(("flow", "count", 2), (error.Kind, error.Name, error.Version));
    }

    [Fact]
    public void Without_a_container_the_registry_takes_the_same_instance_twice_and_no_other_of_its_name()
    {
        var options = new FlowRuntimeOptions();
        options.Steps.Add(First).Add(First).Add(Second);
        Assert.Equal([First, Second], options.Steps.All);
        Assert.Throws<DuplicateRegistrationException>(() => options.Steps.Add(Counting(1, 1)));
    }

    [Fact]
    public async Task A_step_is_found_by_name_and_by_type()
    {
        var step = Step.Create<int, int>("double", (x, _) => x * 2);
        await using var services = new ServiceCollection().AddAgentFlow().AddStep(step).AddStep(step).AddFlow(First).Strict();
        Assert.Same(step, services.Runtime().Steps.Get<int, int>("double"));
        Assert.Same(step, services.GetRequiredService<Step<int, int>>());
        Assert.Same(First, services.Runtime().Steps.Get<int, int>("count"));
    }

    [Fact]
    public async Task What_is_not_registered_is_an_error_that_names_what_is()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddFlow(First).AddFlow(Text).Strict();
        var error = Assert.Throws<StepNotFoundException>(() => services.Runtime().GetFlow<int, int>("counts"));
        Assert.Equal("counts", error.Name);
        Assert.Contains("'count', 'text'", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddFlow", error.Message, StringComparison.Ordinal);
        var version = Assert.Throws<StepNotFoundException>(() => services.Runtime().GetFlow<int, int>("count", 7));
        Assert.Equal(7, version.Version);
    }

    [Fact]
    public async Task Asking_with_other_types_is_an_error_that_names_both()
    {
        var step = Step.Create<int, int>("double", (x, _) => x * 2);
        await using var services = new ServiceCollection().AddAgentFlow().AddFlow(First).AddStep(step).Strict();
        var types = Assert.Throws<StepNotFoundException>(() => services.Runtime().GetFlow<int, string>("count"));
        Assert.Contains("flow count: int → int", types.Message, StringComparison.Ordinal);
        Assert.Contains("Flow<int, string>", types.Message, StringComparison.Ordinal);
        Assert.Throws<StepNotFoundException>(() => services.Runtime().GetFlow<int, int>("double"));
    }

    private static Flow<int, int> Counting(int version, int by) => Flow.FromCode<int, int>("count", (x, _) => new(x + by), version);
}
