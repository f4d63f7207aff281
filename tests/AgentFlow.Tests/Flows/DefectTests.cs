using Polly;

namespace AgentFlow.Tests.Flows;

/// <summary>What <c>Build()</c> finds beyond the defects that the tests of the single verbs show.</summary>
public class DefectTests
{
    private static readonly Step<int, int> Pay = Step.Create<int, int>("pay", (x, _) => x, o => o.Effect(EffectClass.Irreversible));

    private static string[] Defects(Action build) => [.. Assert.Throws<FlowDefinitionException>(build).Defects.Select(defect => defect.ToString())];

    [Fact]
    public void All_defects_come_in_one_exception()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim")
            .Then("same", (x, _) => x + 1).Then("same", (x, _) => x + 2)
            .Loop("forever", EveryVerb.Number("body"), x => x > 1, max: 0)
            .Then(Pay, o => o.Retry(1))
            .Build());
        Assert.Equal("claim", error.Flow);
        Assert.Equal(["claim/same", "claim/forever", "claim/pay"], error.Defects.Select(defect => defect.Path));
        Assert.StartsWith("Flow 'claim' has 3 defects:", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, error.Message.Split('\n').Length);
    }

    [Fact]
    public void Two_different_steps_with_one_name_need_another_name()
    {
        Assert.Equal(
            ["claim/same: two different steps are named 'same' in one scope. Name one of them otherwise: step.As(\"…\")."],
            Defects(() => Flow.Start<int>("claim").Then("same", (x, _) => x + 1).Then("same", (x, _) => x + 2).Build()));
        var same = EveryVerb.Number("same");
        Flow.Start<int>("claim").Then(same).Then(same).Then(same, o => o.Retry(2)).Then(same.As("other")).Build();
    }

    [Theory]
    [InlineData("a retry")]
    [InlineData("hedging")]
    public void An_irreversible_step_cannot_be_repeated(string how) => Assert.Equal(
        [$"claim/pay: the step is irreversible and has {how}. Declare it EffectClass.Idempotent when the service deduplicates by the idempotency key, or drop the option."],
        Defects(() => Flow.Start<int>("claim").Then(Pay, o => _ = how == "hedging" ? o.Hedge(TimeSpan.FromSeconds(1)) : o.Retry(1)).Build()));

    [Fact]
    public void An_irreversible_step_has_no_strategies_that_nobody_can_see() => Assert.Equal(
        ["claim/pay: the step is irreversible and has strategies of its own (Resilient), which may repeat it. Declare it EffectClass.Idempotent when the service deduplicates by the idempotency key, or drop the option."],
        Defects(() => Flow.Start<int>("claim").Then(Pay, o => o.Resilient(pipeline => pipeline.AddRetry(new()))).Build()));

    [Fact]
    public void An_irreversible_effect_is_not_cached()
    {
        static void Cached<T>(StepOptions<int, T> o) => o.Cache(x => $"{x}", TimeSpan.FromHours(1));
        const string Cure = "Cache steps that only read, or declare it EffectClass.Idempotent when leaving it out does no harm.";
        var effect = Defects(() => Flow.Start<int>("claim").Then(Pay, Cached).Build());
        Assert.Equal([$"claim/pay: the step is irreversible and has a cache, which would let a run go on as if it had happened. {Cure}"], effect);
        Assert.Equal(effect, Defects(() => Flow.Start<int>("claim").Then(Pay, o => { Cached(o); o.Fallback(EveryVerb.Number("other")); }).Build()));
        Assert.Equal([effect[0].Replace("/pay:", "/paid:", StringComparison.Ordinal)], Defects(() => Flow.Start<int>("claim").Then(Pay.Configure(Cached).As("paid")).Build()));
        var inner = Flow.Start<int>("inner").Then(EveryVerb.Number("first"), o => o.Fallback(Pay)).Build();
        Assert.Equal(
            [$"claim/inner/first/(fallback)/pay: the step is irreversible, and the cache of 'claim/inner' would let a run go on as if it had happened. {Cure}"],
            Defects(() => Flow.Start<int>("claim").Then(inner, Cached).Build()));
        var agent = Agent.Create<int, string>("agent").Tools(Tool.From("pay", "pays", (int amount) => amount)).Build();
        Assert.StartsWith("claim/agent: ", Assert.Single(Defects(() => Flow.Start<int>("claim").Then(agent, Cached).Build())), StringComparison.Ordinal);
        Flow.Start<int>("claim").Then(Pay, o => o.Effect(EffectClass.Idempotent).Cache(x => $"{x}", TimeSpan.FromHours(1))).Build();
    }

    [Fact]
    public void Scopes_around_a_tools_step_hide_nothing()
    {
        var cached = Pay.Configure(o => o.Cache(x => $"{x}", TimeSpan.FromHours(1))).As("cached");
        var behind = EveryVerb.Number("first").Configure(o => o.Fallback(Pay.Configure(p => p.Retry(1))));
        var nested = Flow.Start<int>("nested").Then(Pay).Build();
        Assert.Equal(
            ["agent/cached", "agent/first/(fallback)/pay"],
            Assert.Throws<FlowDefinitionException>(() => Agent.Create<int, string>("agent").Tools(Tool.From(cached), Tool.From(behind)).Build()).Defects.Select(defect => defect.Path));
        var agent = Agent.Create<int, string>("agent").Tools(Tool.From(nested, o => o.Effect(EffectClass.Idempotent))).Build();
        Assert.Equal(
            ["claim/agent/nested"],
            Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim").Then(agent, o => o.Retry(1)).Build()).Defects.Select(defect => defect.Path));
    }

    [Fact]
    public async Task Code_is_told_of_a_cache_and_of_a_retried_flow_too()
    {
        var inner = Flow.Start<int>("inner").Then(Pay).Build();
        await using var runtime = new FlowRuntime();
        foreach (var step in new[] { Pay.Configure(o => o.Cache(x => $"{x}", TimeSpan.FromHours(1))), inner.Configure(o => o.Retry(1)), Pay.Configure(o => o.Resilient(_ => { })) })
        {
            var flow = Flow.FromCode<int, int>("claim", (x, ctx) => ctx.RunAsync(step, x));
            var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
            Assert.EndsWith("/pay", Assert.Single(Assert.IsType<FlowDefinitionException>(failure.InnerException).Defects).Path, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_irreversible_step_is_found_in_every_place()
    {
        var twice = Step.Create<int, int>("twice", (x, _) => x, o => o.Effect(EffectClass.Irreversible).Retry(1));
        var flow = () => Flow.Start<int>("claim")
            .FanOut([twice])
            .Map(all => all[0])
            .Route("route", x => x, r => r.Case(1, twice).Otherwise(EveryVerb.Number("fine")))
            .Loop("loop", twice, x => x > 1, max: 2)
            .Map(x => new[] { x }).ForEach(x => x, twice.As("each"), maxParallel: 2).Map(all => all[0])
            .Then(EveryVerb.Number("first"), o => o.Fallback(twice))
            .Approve("approve", onReject: twice)
            .Build();
        Assert.Equal(
            ["claim/twice", "claim/route/twice", "claim/loop/*/twice", "claim/each/*", "claim/first/(fallback)/twice", "claim/approve/twice"],
            Assert.Throws<FlowDefinitionException>(flow).Defects.Select(defect => defect.Path));
    }

    [Fact]
    public async Task Code_that_runs_such_a_step_is_told_when_it_does()
    {
        var flow = Flow.FromCode<int, int>("claim", (x, ctx) => ctx.RunAsync(Step.Create<int, int>("pay", (y, _) => y, o => o.Effect(EffectClass.Irreversible).Retry(1)), x));
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
        Assert.Equal("claim/pay", Assert.Single(Assert.IsType<FlowDefinitionException>(failure.InnerException).Defects).Path);
    }

    [Fact]
    public void A_retried_flow_cannot_contain_an_irreversible_step()
    {
        var inner = Flow.Start<int>("inner").Then(Pay).Build();
        var outer = Flow.Start<int>("outer").Then(inner).Build();
        Assert.Equal(
            ["claim/outer/inner/pay: the step is irreversible, and flow 'claim/outer' repeats it when it is retried. Retry the steps that may be repeated, not the flow around them."],
            Defects(() => Flow.Start<int>("claim").Then(outer, o => o.Retry(2)).Build()));
    }

    [Fact]
    public void A_retried_agent_cannot_have_an_irreversible_tool()
    {
        var agent = Agent.Create<int, string>("agent").Tools(Tool.From("pay", "pays", (int amount) => amount)).Build();
        Assert.Equal(
            ["claim/agent/pay: the tool is irreversible, and the agent is retried as a whole. Retry its model calls, Agent.Create(…).Retry(…), or declare the tool EffectClass.Read or EffectClass.Idempotent."],
            Defects(() => Flow.Start<int>("claim").Then(agent, o => o.Retry(2)).Build()));
    }

    [Fact]
    public void An_effect_that_may_take_days_belongs_into_a_flow_with_the_limit()
    {
        Assert.Equal(
            ["claim/slow: a time limit of 1.00:00:01 is more than a day. Give the flow around it the limit."],
            Defects(() => Flow.Start<int>("claim").Then(EveryVerb.Number("slow"), o => o.Timeout(TimeSpan.FromSeconds(86_401))).Build()));
        Flow.Start<int>("claim").Then(Flow.Start<int>("inner").Then(EveryVerb.Number("slow")).Build(), o => o.Timeout(TimeSpan.FromDays(2))).Build();
    }

    [Fact]
    public void Options_that_a_flow_cannot_have_are_defects()
    {
        var inner = Flow.Start<int>("inner").Build();
        Assert.Equal(
            [
                "claim/inner: an effect class has no meaning on a flow. Declare it on the steps inside.",
                "claim/inner: the option 'circuit-breaker' has no effect on a flow. Set it on the steps inside; a flow knows Retry, Timeout, Lane, Source, Fallback and Cache.",
                "claim/inner: the option 'hedge' has no effect on a flow. Set it on the steps inside; a flow knows Retry, Timeout, Lane, Source, Fallback and Cache.",
            ],
            Defects(() => Flow.Start<int>("claim").Then(inner, o => o.Effect(EffectClass.Read).Hedge(TimeSpan.FromSeconds(1)).CircuitBreaker()).Build()));
    }

    [Fact]
    public void A_builder_is_used_once()
    {
        var builder = Flow.Start<int>("claim").Then(Pay);
        builder.Build();
        Assert.Contains("has been used to build a flow already", Assert.Throws<InvalidOperationException>(builder.Build).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => builder.Map(x => x));
    }

    [Fact]
    public void A_builder_is_continued_once()
    {
        var builder = Flow.Start<int>("claim").Then(Pay);
        builder.Map(x => x + 1);
        Assert.Contains("has been continued before", Assert.Throws<InvalidOperationException>(() => builder.Map(x => x + 2)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a#2")]
    [InlineData("(join)")]
    [InlineData("17")]
    public void A_name_that_is_no_segment_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => Flow.Start<int>(name));
        Assert.Throws<ArgumentException>(() => Flow.Start<int>("claim").Then(name, (x, _) => x));
        Assert.Throws<ArgumentException>(() => Flow.Start<int>("claim").Approve(name));
        Assert.Throws<ArgumentException>(() => Flow.Graph<int, int>(name, g => g.Input));
    }
}
