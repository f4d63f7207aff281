using AgentFlow.Policies;
using AgentFlow.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentFlow.Tests.DependencyInjection;

public class RuntimeRegistrationTests
{
    private static readonly Flow<int, int> Echo = Flow.Start<int>("echo").Then("same", (x, _) => x).Build();

    [Fact]
    public async Task One_runtime_serves_the_container_and_runs_flows()
    {
        await using var services = new ServiceCollection().AddAgentFlow().Strict();
        Assert.Same(services.Runtime(), services.CreateScope().ServiceProvider.Runtime());
        Assert.Equal(4, await services.Runtime().RunAsync(Echo, 4));
    }

    [Fact]
    public async Task Registering_twice_composes_the_configuration_of_one_runtime_in_order()
    {
        var collection = new ServiceCollection();
        collection.AddAgentFlow(o => o.KeepEndedRuns = 1);
        collection.AddAgentFlow(o => o.KeepEndedRuns += 10).AddLane("ocr", 2);
        collection.AddAgentFlow();
        Assert.Single(collection, descriptor => descriptor.ServiceType == typeof(FlowRuntime));
        await using var services = collection.Strict();
        Assert.Equal(11, services.Runtime().Options.KeepEndedRuns);
        Assert.Equal(2, services.Runtime().Options.Scheduler.Lanes["ocr"].MaxConcurrent);
    }

    [Fact]
    public async Task A_module_that_is_added_twice_counts_once()
    {
        static void Module(IServiceCollection services) => services.AddAgentFlow(static o => o.KeepEndedRuns++)
            .AddFlow(Echo).AddLane("ocr", 3).AddModel("fast", static _ => new ScriptedChatClient()).AddPolicy<Permissive>().AddStep<Negate>();
        var once = new ServiceCollection();
        Module(once);
        var twice = new ServiceCollection();
        Module(twice);
        Module(twice);
        Assert.Equal(once.Count, twice.Count);
        await using var services = twice.Strict();
        Assert.Equal(1, services.Runtime().Options.KeepEndedRuns);
        Assert.Same(Echo, Assert.Single(services.Runtime().Steps.All));
    }

    [Fact]
    public async Task Clock_and_logger_come_from_the_container_when_it_has_them()
    {
        var (time, loggers) = (new VirtualTimeProvider(), new RecordingLoggerFactory());
        var collection = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton<ILoggerFactory>(loggers);
        await using var services = collection.AddAgentFlow().Strict();
        var runtime = services.Runtime();
        Assert.Same(time, runtime.Time);
        await runtime.RunAsync(Echo, 1);
        Assert.Contains("AgentFlow", loggers.Categories);
    }

    [Fact]
    public async Task Without_them_the_defaults_hold_and_configuration_has_the_last_word()
    {
        var time = new VirtualTimeProvider();
        await using var bare = new ServiceCollection().AddAgentFlow().Strict();
        Assert.Same(TimeProvider.System, bare.Runtime().Time);
        Assert.Same(NullLogger.Instance, bare.Runtime().Logger);
        await using var configured = new ServiceCollection().AddSingleton(TimeProvider.System).AddAgentFlow(o => o.Time = time).Strict();
        Assert.Same(time, configured.Runtime().Time);
    }

    [Fact]
    public async Task Packages_plug_in_with_services_in_order_of_registration()
    {
        var collection = new ServiceCollection().AddSingleton(new Uri("http://127.0.0.1/"));
        var builder = collection.AddAgentFlow(o => o.EventCapacity = 100);
        builder.ConfigureRuntime((sp, o) => o.EventCapacity += sp.GetRequiredService<Uri>().Port);
        await using var services = builder.Strict();
        Assert.Equal(180, services.Runtime().Options.EventCapacity);
    }

    [Fact]
    public async Task An_option_out_of_range_fails_the_first_resolution()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddLane("ocr", 0).Strict();
        var error = Assert.Throws<InvalidOptionException>(services.Runtime);
        Assert.Equal(0, error.Value);
        Assert.Contains("Lanes[\"ocr\"]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runtime_is_disposed_with_the_container_and_its_runs_end()
    {
        var waiting = Flow.Start<int>("wait").Then("hang", async Task<int> (x, ctx) => { await Task.Delay(-1, ctx.CancellationToken); return x; }).Build();
        var services = new ServiceCollection().AddAgentFlow().Strict();
        var runtime = services.Runtime();
        var run = await runtime.StartAsync(waiting, 1);
        await services.DisposeAsync().AsTask().Soon();
        Assert.Equal(RunStatus.Cancelled, run.Status);
        await Assert.ThrowsAnyAsync<Exception>(async () => await runtime.RunAsync(Echo, 1));
    }

    [Fact]
    public async Task A_policy_that_needs_the_runtime_to_be_made_gets_an_error_instead_of_a_stack_overflow()
    {
        await using var services = new ServiceCollection().AddAgentFlow().AddPolicy<Circular>().Strict();
        var error = Assert.Throws<InvalidOperationException>(services.Runtime);
        Assert.Contains("asked for while it is being made", error.Message, StringComparison.Ordinal);
    }

    private class Permissive : IPolicy
    {
        public string Name => "permissive";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => false;

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) => new(PolicyDecision.Allow);
    }

    private sealed class Circular(FlowRuntime runtime) : Permissive
    {
        public FlowRuntime Runtime => runtime;
    }

    private sealed class Negate() : EffectStep<int, int>
    {
        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context) => new(-input);
    }

    private sealed class RecordingLoggerFactory : ILoggerFactory
    {
        public List<string> Categories { get; } = [];

        public ILogger CreateLogger(string categoryName)
        {
            Categories.Add(categoryName);
            return NullLogger.Instance;
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
