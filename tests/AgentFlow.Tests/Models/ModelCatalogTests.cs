using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Runs;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly ScriptedChatClient _small = new ScriptedChatClient().Reply("small");
    private readonly ScriptedChatClient _big = new ScriptedChatClient().Reply("big");
    private readonly ScriptedChatClient _eyes = new ScriptedChatClient().Reply("eyes");

    public void Dispose()
    {
        _small.Dispose();
        _big.Dispose();
        _eyes.Dispose();
    }

    [Fact]
    public async Task An_agent_asks_for_a_tier_and_gets_the_cheapest_model_that_fits()
    {
        await using var host = new FlowTestHost(o => AddAll(o.Models));
        var agent = Agent.Create("a").Model(m => m.Tier("fast").Capability("vision").Cheapest()).Build();

        Assert.Equal("eyes", await host.RunAsync(agent, "x"));

        var detail = host.LastRun.Entries.OfType<EffectCompletedEntry>().Single().Detail!;
        Assert.Equal("tier 'fast' and capability 'vision', the cheapest: 'eyes', one of 1", detail.ModelReason);
    }

    [Theory]
    [InlineData("any", "small")]
    [InlineData("cheapest", "small")]
    [InlineData("strong", "big")]
    [InlineData("vision cheapest", "eyes")]
    [InlineData("eu", "big")]
    [InlineData("window", "big")]
    [InlineData("at most", "small")]
    [InlineData("where", "eyes")]
    [InlineData("by", "eyes")]
    public async Task A_choice_is_deterministic(string wish, string expected)
    {
        await using var host = new FlowTestHost(o => AddAll(o.Models));
        var any = ModelChoice.Any;
        var choice = wish switch
        {
            "any" => any,
            "cheapest" => any.Cheapest(),
            "strong" => any.Tier("STRONG"),
            "vision cheapest" => any.Capability("Vision").Cheapest(),
            "eu" => any.Tag("eu"),
            "window" => any.ContextWindow(100_000),
            "at most" => any.AtMost(0.2m, 1m),
            "where" => any.Where("a name with y", model => model.Name.Contains('y', StringComparison.Ordinal)),
            _ => any.By(call => call.Candidates[^1].Name == "eyes" && call.Agent == "a" && call.Messages.Count == 1 ? "eyes" : null),
        };

        Assert.Equal(expected, await host.RunAsync(Agent.Create("a").Model(choice).Build(), "x"));
    }

    [Fact]
    public async Task A_conversation_that_outgrows_a_window_goes_to_a_model_with_a_larger_one()
    {
        await using var host = new FlowTestHost(o => AddAll(o.Models));

        Assert.Equal("big", await host.RunAsync(Agent.Create("a").Model(m => m.Cheapest()).Build(), new string('x', 100_000)));

        Assert.Contains("2 with a window too small for about", host.LastRun.Entries.OfType<EffectCompletedEntry>().Single().Detail!.ModelReason);
    }

    [Fact]
    public async Task What_no_model_is_is_found_before_anything_runs_and_says_what_there_is()
    {
        await using var runtime = new FlowRuntime();
        AddAll(runtime.Models);
        var agent = Agent.Create("a").Model(m => m.Tier("huge").Capability("vision")).Build();
        runtime.Steps.Add(agent);

        var defect = Assert.Single(runtime.FindDefects());
        Assert.Equal("a", defect.Path);
        Assert.Equal("Agent 'a' asks for tier 'huge' and capability 'vision', which no model of the catalog is. There are: small (tier fast, window 8000), big (tier strong, tools+vision, tags eu, window 200000), eyes (tier fast, vision, window 16000)", defect.Problem);

        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => runtime.RunAsync(agent, "x").AsTask());
        Assert.Equal(typeof(ModelChoiceException).FullName, failed.ErrorType);
        var error = Assert.IsType<ModelChoiceException>(failed.InnerException!.InnerException);
        Assert.Equal(("a", 3), (error.Agent, error.Models.Count));
    }

    [Fact]
    public async Task Code_that_names_no_candidate_fails_with_the_candidates_and_is_not_retried()
    {
        await using var host = new FlowTestHost(o => AddAll(o.Models));
        var run = await host.RunToEndAsync(Agent.Create("a").Model(m => m.Tier("fast").By(_ => "big")).Retry(3).Build(), "x");

        Assert.Single(run.Entries.OfType<EffectFailedEntry>());
        Assert.Contains("returned 'big'. Return the name of a candidate: small, eyes.", run.Failure().InnerException!.InnerException!.Message);
    }

    [Fact]
    public async Task A_condition_that_throws_is_named_with_the_model_it_threw_for()
    {
        await using var runtime = new FlowRuntime();
        AddAll(runtime.Models);
        var agent = Agent.Create("a").Model(m => m.Where("a made-up rule", _ => throw new InvalidOperationException("a bug"))).Build();
        runtime.Steps.Add(agent);

        Assert.Contains("'a made-up rule' of a model choice threw for model 'small': a bug", Assert.Single(runtime.FindDefects()).Problem);
        await Assert.ThrowsAsync<FlowRunFailedException>(() => runtime.RunAsync(agent, "x").AsTask());
    }

    [Fact]
    public async Task Replay_calls_neither_the_code_that_chooses_nor_a_model()
    {
        await using var host = new FlowTestHost(o => AddAll(o.Models));
        var asked = 0;
        var agent = Agent.Create("a").Model(m => m.By(call => { asked++; return "big"; })).Build();
        var run = await host.RunToEndAsync(agent, "x");
        var before = asked;

        await host.ReplayFromEveryPrefixAsync(agent, run);

        Assert.Equal(1, before);
        Assert.Equal(before, asked);
        Assert.Single(_big.Calls);
    }

    [Fact]
    public void The_catalog_tells_what_it_knows()
    {
        var models = AddAll(new FlowRuntimeOptions().Models);
        var big = models.Find("big")!;

        Assert.Equal(("strong", 200_000, 8_000), (big.Tier, big.ContextWindow, big.MaxOutputTokens));
        Assert.Equal(["small", "big", "eyes"], models.All.Select(model => model.Name));
        Assert.Null(models.Find("nobody"));
        Assert.Equal(3.75m, new ModelPrice(2, 8) { CachedInputPerMillion = 0.5m }.Of(new() { InputTokenCount = 1_000_000, CachedInputTokenCount = 500_000, OutputTokenCount = 312_500 }));
    }

    [Fact]
    public void The_container_describes_models()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IChatClient>("keyed", _big);
        services.AddAgentFlow().AddModel("fast", _small, o => o.Tier("fast")).AddModel("made", _ => _eyes, o => o.Capabilities("vision")).DescribeModel("keyed", o => o.ContextWindow(1_000));
        using var provider = services.BuildServiceProvider();

        var models = provider.GetRequiredService<FlowRuntime>().Models;

        Assert.Equal(("fast", true, 1_000), (models.Find("fast")!.Tier, models.Find("made")!.Capabilities.Contains("VISION"), models.Find("keyed")!.ContextWindow));
    }

    private ModelRegistry AddAll(ModelRegistry models) => models
        .Add("small", _small, o => o.Tier("fast").Price(0.1m, 0.4m).ContextWindow(8_000))
        .Add("big", _big, o => o.Tier("strong").Price(2m, 8m, 0.5m).ContextWindow(200_000).MaxOutput(8_000).Capabilities("vision", "tools").Tags("eu"))
        .Add("eyes", _eyes, o => o.Tier("fast").Price(0.3m, 1.2m).ContextWindow(16_000).Capabilities("vision"));
}
