using AgentFlow.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting.Tests;

public class StartValidationTests
{
    private static readonly Flow<int, int> Echo = Flow.Start<int>("echo").Then("same", (x, _) => x).Build();

    [Fact]
    public async Task A_host_with_sound_registrations_starts_and_runs_flows()
    {
        using var host = Hosts.Create(services => services.AddAgentFlowHosting().AddFlow(Echo));
        await host.StartAsync();
        Assert.Equal(3, await host.Runtime().RunAsync(host.Runtime().GetFlow<int, int>("echo"), 3));
        await host.StopAsync().Soon();
    }

    [Fact]
    public async Task Agents_that_a_registry_does_not_have_yet_are_said_and_stop_no_host()
    {
        var directory = Directory.CreateTempSubdirectory("agentflow-");
        try
        {
            using var log = new LogLines();
            var flow = Flow.Start<string>("letters").Then(Agent.Registered<string, string>("writer")).Build();
            using var host = Hosts.Create(services => services.AddLogging(logging => logging.AddProvider(log)).AddAgentFlowHosting().AddFlow(flow).AddAgentRegistry(directory.FullName));
            await host.StartAsync();
            Assert.Contains(log.All, line => line.Level == LogLevel.Warning && line.Text.Contains("letters/writer", StringComparison.Ordinal) && line.Text.Contains("no active version", StringComparison.Ordinal));
            await host.StopAsync().Soon();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(50 * 24 * 3600)]
    public async Task A_drain_timeout_out_of_range_stops_the_start_with_value_and_cure(int seconds)
    {
        var timeout = TimeSpan.FromSeconds(seconds);
        using var host = Hosts.Create(services => services.AddAgentFlowHosting(o => o.DrainTimeout = timeout));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(typeof(AgentFlowHostingOptions), error.OptionsType);
        var failure = Assert.Single(error.Failures);
        Assert.StartsWith($"AgentFlowHostingOptions.DrainTimeout is {timeout}.", failure, StringComparison.Ordinal);
        Assert.Contains("Use zero", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(49 * 24 * 3600)]
    [InlineData(-0.001)]
    public async Task The_bounds_and_infinite_are_accepted(double seconds)
    {
        using var host = Hosts.Create(services => services.AddAgentFlowHosting(o => o.DrainTimeout = TimeSpan.FromSeconds(seconds)));
        await host.StartAsync();
        await host.StopAsync().Soon();
    }

    [Fact]
    public async Task Missing_models_and_lanes_of_registered_flows_stop_the_start_all_at_once()
    {
        using var model = new ScriptedChatClient();
        var scan = Step.Create<string, string>("scan", (x, _) => x, o => o.Lane("ocr"));
        var clerk = Agent.Create("clerk").Model("stronk").Build();
        using var host = Hosts.Create(services => services.AddAgentFlow().AddHosting()
            .AddModel("fast", model).AddFlow(Flow.Start<string>("desk").Then(scan).Then(clerk).Build()));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Collection(
            error.Failures,
            lane => Assert.StartsWith("desk/scan: the step runs in lane 'ocr', which the runtime does not have", lane, StringComparison.Ordinal),
            unknown => Assert.StartsWith("desk/clerk: Agent 'clerk' uses model 'stronk', which the runtime does not have. Known: fast", unknown, StringComparison.Ordinal));
        Assert.Contains("AddLane(\"ocr\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_class_whose_services_are_missing_stops_the_start()
    {
        using var host = Hosts.Create(services => services.AddAgentFlowHosting().AddFlow(Flow.Start<int>("desk").Then<Stamp>().Build()));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("desk/stamp: the constructor of class 'Stamp' takes StringWriter, which nobody has registered. Register it, for example services.AddSingleton<StringWriter>(…).", Assert.Single(error.Failures));
    }

    [Fact]
    public async Task A_runtime_that_cannot_be_made_stops_the_start_with_its_own_exception()
    {
        using var options = Hosts.Create(services => services.AddAgentFlowHosting().AddLane("ocr", 0));
        Assert.Equal(0, (await Assert.ThrowsAsync<InvalidOptionException>(() => options.StartAsync())).Value);
        using var names = Hosts.Create(services => services.AddAgentFlowHosting().AddFlow(Echo).AddFlow(_ => Flow.Start<int>("echo").Then("other", (x, _) => x).Build()));
        Assert.Equal("echo", (await Assert.ThrowsAsync<DuplicateRegistrationException>(() => names.StartAsync())).Name);
    }

    [Fact]
    public async Task Adding_it_again_composes_the_options_and_adds_no_second_service()
    {
        using var host = Hosts.Create(services =>
        {
            services.AddAgentFlowHosting(o => o.DrainTimeout = TimeSpan.FromSeconds(5));
            services.AddAgentFlow().AddHosting(o => o.DrainTimeout *= 2).AddHosting();
        });
        Assert.Equal(["DrainOnStop", "RecoverOnStart"], host.Services.GetServices<IHostedService>().Select(service => service.GetType().Name));
        Assert.Equal(TimeSpan.FromSeconds(10), host.Services.GetRequiredService<IOptions<AgentFlowHostingOptions>>().Value.DrainTimeout);
        await host.StartAsync();
        await host.StopAsync().Soon();
    }

    private sealed class Stamp(StringWriter writer) : EffectStep<int, int>
    {
        protected override ValueTask<int> ExecuteAsync(int input, StepContext context)
        {
            writer.Write(input);
            return new(input);
        }
    }
}
