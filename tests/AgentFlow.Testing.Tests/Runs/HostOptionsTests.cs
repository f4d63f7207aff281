using AgentFlow.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Testing.Tests.Runs;

public sealed class HostOptionsTests
{
    [Fact]
    public async Task A_container_brings_what_was_registered_with_it()
    {
        var time = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddScoped<Greeting>();
        services.AddAgentFlow()
            .AddFlow(Flow.Start<string>("greet").Then("say", (name, context) => context.Services.GetRequiredService<Greeting>().To(name), o => o.Lane("voice")).Build())
            .AddPolicy(new Shouting())
            .AddLane("voice", 1);
        await using var provider = services.BuildServiceProvider();
        await using var host = new FlowTestHost(provider);

        Assert.Equal("hello ANN", await host.RunAsync(host.Runtime.GetFlow<string, string>("greet"), "ann").Soon());

        Assert.Same(time, host.Time);
        Assert.NotSame(host.Runtime, provider.GetRequiredService<FlowRuntime>());
    }

    [Fact]
    public async Task A_container_without_AgentFlow_is_refused()
    {
        await using var provider = new ServiceCollection().BuildServiceProvider();

        Assert.Contains("services.AddAgentFlow()", Assert.Throws<InvalidOperationException>(() => new FlowTestHost(provider)).Message);
    }

    [Fact]
    public async Task Services_without_a_container_of_flows_reach_the_bodies()
    {
        await using var provider = new ServiceCollection().AddScoped<Greeting>().BuildServiceProvider();
        await using var host = new FlowTestHost(o => o.Services = provider);

        Assert.Equal("hello bob", await host.RunAsync(Step.Create<string, string>("say", (name, context) => context.Services.GetRequiredService<Greeting>().To(name)), "bob").Soon());
    }

    [Fact]
    public async Task Values_that_would_not_survive_a_journal_are_found_on_request()
    {
        var step = Step.Create<int, Half>("half", (x, _) => new Half(x) { Lost = 5 });
        await using var lenient = new FlowTestHost();
        await using var strict = new FlowTestHost(o => o.RoundTripValues = true);

        Assert.Equal(5, (await lenient.RunAsync(step, 1).Soon()).Lost);
        Assert.Equal(0, (await strict.RunAsync(step, 1).Soon()).Lost);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => strict.RunAsync(Step.Create<int, double>("mean", (_, _) => double.NaN), 1).Soon());
        Assert.Contains("mean' (double) does not survive serialization", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Refused(o => o.RealTimePatience = TimeSpan.Zero, "FlowTestOptions.RealTimePatience is 00:00:00. Use more than zero.");
        Refused(o => o.RealTimeLimit = TimeSpan.FromTicks(1), "FlowTestOptions.RealTimeLimit is 00:00:00.0000001. Use at least RealTimePatience, 00:00:00.2500000.");
        Refused(o => o.Runtime.Time = new VirtualTimeProvider(), "FlowTestOptions.Runtime.Time is ");
        Refused(o => o.Runtime.Dispatcher = new PumpedDispatcher(), "FlowTestOptions.Runtime.Dispatcher is ");
        Refused(o => o.Runtime.Scheduler.MaxConcurrentRuns = 0, "SchedulerOptions.MaxConcurrentRuns is 0.");

        static void Refused(Action<FlowTestOptions> configure, string message) =>
            Assert.StartsWith(message, Assert.Throws<InvalidOptionException>(() => new FlowTestHost(configure)).Message);
    }

    [Fact]
    public async Task A_scripted_model_that_was_not_asked_for_everything_fails_the_check_of_the_host()
    {
        var model = new ScriptedChatClient().Reply("yes").Reply("no");
        await using var host = new FlowTestHost(o => o.Models.Add("fast", model));
        await host.RunAsync(Agent.Create("a").Model("fast").Build(), "?").Soon();

        Assert.Contains("\"no\"", Assert.Throws<FlowAssertionException>(host.VerifyComplete).Message);
    }

    [Fact]
    public async Task A_long_timeline_is_cut_in_messages()
    {
        await using var host = new FlowTestHost();
        await host.RunAsync(Flow.FromCode<int, int>("long", async (x, context) =>
            (await context.ForEachAsync(Enumerable.Range(0, 498), 1, (i, item) => item.RunAsync(Step.Create<int, int>("one", (v, _) => v), i))).Count), 0).Soon();

        var message = Assert.Throws<FlowAssertionException>(() => host.Journal.Executed("nothing")).Message;

        Assert.Contains("… and 448 more", message);
        Assert.Contains("… 380 entries …", message);
        Assert.EndsWith("completed  long               498", message);
        Assert.Equal(500, host.Journal.Timeline.Split('\n').Length);
    }

    private sealed record Half(int Kept)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public int Lost { get; init; }
    }

    private sealed class Greeting
    {
        internal string To(string name) => $"hello {name}";
    }

    private sealed class Shouting : IPolicy
    {
        public string Name => "shouting";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => (operation, phase) == (PolicyOperation.RunStep, PolicyPhase.Request);

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(PolicyDecision.Replace($"{request.Content.Value}".ToUpperInvariant(), "loud"));
    }
}
