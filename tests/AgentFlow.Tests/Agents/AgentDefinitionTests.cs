using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

/// <summary>Every defect of an agent names its path and its cure, and all of them come at once.</summary>
public class AgentDefinitionTests
{
    private static Tool Named(string name, Action<ToolOptions>? options = null) => Tool.From(name, "", () => 1, options);

    private static FlowDefect Defect(AgentBuilder<string, string> builder) => Assert.Single(Assert.Throws<FlowDefinitionException>(builder.Build).Defects);

    [Fact]
    public void Two_tools_with_one_name()
    {
        var defect = Defect(Agent.Create("a").Tools(Named("t"), Named("t")));
        Assert.Equal(("a/t", "two tools are named 't'"), (defect.Path, defect.Problem));
        Assert.Contains("o.Name(", defect.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_with_the_name_of_the_model_calls() => Assert.Equal(
        "a/model: a tool is named 'model', like the agent's model calls. Name one of them otherwise: Tool.From(…, o => o.Name(\"…\")).",
        $"{Defect(Agent.Create("a").Tools(Named("model")))}");

    [Theory]
    [InlineData("two words")]
    [InlineData("größe")]
    [InlineData("a.b")]
    public void A_name_that_models_do_not_take(string name)
    {
        var defect = Defect(Agent.Create("a").Tools(Named(name)));
        Assert.Equal($"a/{name}", defect.Path);
        Assert.Contains("64 letters", defect.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retry_of_what_must_not_happen_twice()
    {
        var defect = Defect(Agent.Create("a").Tools(Named("pay", o => o.Retry(2))));
        Assert.Equal("a/pay", defect.Path);
        Assert.Contains("Effect(EffectClass.Idempotent)", defect.Cure, StringComparison.Ordinal);
        Assert.NotNull(Agent.Create("a").Tools(Named("pay", o => o.Retry(2).Effect(EffectClass.Idempotent))).Build());
    }

    [Fact]
    public void A_retry_of_an_irreversible_step_as_a_tool()
    {
        var step = Step.Create<string, string>("pay", (x, _) => x, o => o.Effect(EffectClass.Irreversible));
        Assert.Contains(
            Assert.Throws<FlowDefinitionException>(() => Agent.Create("a").Tools(Tool.From(step, o => o.Retry(1))).Build()).Defects,
            defect => defect.Path == "a/pay" && defect.Problem.Contains("irreversible", StringComparison.Ordinal));
    }

    [Fact]
    public void A_retry_of_a_whole_agent_with_irreversible_tools()
    {
        var agent = Agent.Create("a").Tools(Named("pay")).Build();
        var defects = Assert.Throws<FlowDefinitionException>(() => Flow.Start<string>("f").Then(agent, o => o.Retry(1)).Build()).Defects;
        Assert.Equal("f/a/pay", Assert.Single(defects).Path);
    }

    [Fact]
    public void Tools_and_formats_past_the_gate()
    {
        Assert.Contains("past the gate", Defect(Agent.Create("a").Options(options => options.Tools = [AIFunctionFactory.Create(() => 1, "f")])).Problem, StringComparison.Ordinal);
        Assert.Contains("response format", Defect(Agent.Create("a").Options(options => options.ResponseFormat = ChatResponseFormat.Json)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fallback_of_a_model_call()
    {
        var defect = Defect(Agent.Create("a").ModelCalls(calls => calls.Cache(_ => "key", TimeSpan.FromMinutes(1))));
        Assert.Equal("a/model: a model call has no fallback and no cache of its own, and is not shown by itself. Set them on the agent: Then(agent, o => o.Fallback(…)).", $"{defect}");
    }

    [Fact]
    public void All_defects_come_at_once()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Agent.Create("a").Tools(Named("t"), Named("t"), Named("model"), Named("two words")).Build());
        Assert.Equal(3, error.Defects.Count);
    }

    [Fact]
    public void Bounds_are_checked_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").MaxTurns(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").Repairs(-1));
        Assert.Throws<ArgumentException>(() => Agent.Create("a/b"));
    }

    [Fact]
    public void A_builder_builds_once()
    {
        var builder = Agent.Create("a");
        builder.Build();
        Assert.Contains("Agent.Create", Assert.Throws<InvalidOperationException>(builder.Build).Message, StringComparison.Ordinal);
    }
}
