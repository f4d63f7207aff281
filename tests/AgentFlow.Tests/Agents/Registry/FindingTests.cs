using AgentFlow.Testing;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>Search, comparison and lint.</summary>
public class FindingTests
{
    private static AgentDefinition Definition(string name, params string[] capabilities) => new() { Name = name, Description = $"About {name}.", Instructions = "x", Capabilities = capabilities };

    private static async Task<AgentRegistry> WithAsync(params AgentDefinition[] definitions)
    {
        var registry = new AgentRegistry();
        foreach (var definition in definitions) await registry.ActivateAsync(definition.Name, (await registry.RegisterAsync(definition, "ada", "test")).Number, "ada", "test");
        return registry;
    }

    [Fact]
    public async Task A_search_puts_the_best_first()
    {
        var registry = await WithAsync(
            Definition("claims-extractor", "extract-facts"), Definition("policy-reader", "read-policy") with { Description = "Extracts the facts of a policy." }, Definition("writer", "write-letter"), Definition("extract", "other"));
        await registry.RegisterAsync(Definition("draft", "extract-facts"), "ada", "not active");
        Assert.Equal(["claims-extractor", "extract", "policy-reader"], registry.Search("extract-facts").Select(match => match.Agent.Name));
        Assert.Equal(["claims-extractor"], registry.Search("EXTRACT facts", max: 1).Select(match => match.Agent.Name));
        Assert.Equal(["writer"], registry.Search("letter!").Select(match => match.Agent.Name));
        Assert.Empty(registry.Search(""));
        Assert.Empty(registry.Search("  ,; "));
        Assert.Equal(["claims-extractor"], registry.FindByCapability("Extract-Facts").Select(agent => agent.Name));
        await registry.DeprecateAsync("claims-extractor", 1, "ada", "old");
        Assert.Empty(registry.FindByCapability("extract-facts"));
    }

    [Fact]
    public void Two_versions_are_compared_field_by_field_and_instructions_line_by_line()
    {
        var before = Definition("a", "x", "y") with { Instructions = "Read the claim.\nBe brief.\nAnswer in English.", Model = "fast", Limits = new() { MaxTurns = 3 } };
        var after = before with { Capabilities = ["y", "x", "z"], Instructions = "Read the claim.\nBe exact.\nBe polite.\nAnswer in English.", Model = null, Limits = new() { MaxTurns = 5, Repairs = 0 } };
        Assert.Equal(
            """
            capabilities: x, y → x, y, z
            model: fast → nothing
            limits.maxTurns: 3 → 5
            limits.repairs: nothing → 0
            instructions:
                Read the claim.
              - Be brief.
              + Be exact.
              + Be polite.
                Answer in English.
            """, $"{AgentDiff.Between(before, after)}", ignoreLineEndingDifferences: true);
        Assert.True(AgentDiff.Between(before, before with { Capabilities = ["y", "x"] }).IsEmpty);
        Assert.Equal("no difference", $"{AgentDiff.Between(after, after)}");
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("a\nb\nc", "c\nb\na")]
    [InlineData("a\na\na", "a\na")]
    [InlineData("x\na\nb\ny", "x\nb\na\ny")]
    public void A_comparison_gives_back_both_texts(string before, string after)
    {
        var lines = AgentDiff.Between(Definition("a") with { Instructions = before }, Definition("a") with { Instructions = after }).Instructions;
        Assert.Equal(before, string.Join('\n', lines.Where(line => line.Change != AgentLineChange.Added).Select(line => line.Text)));
        Assert.Equal(after, string.Join('\n', lines.Where(line => line.Change != AgentLineChange.Removed).Select(line => line.Text)));
    }

    [Fact]
    public async Task Lint_names_place_and_cure()
    {
        using var model = new ScriptedChatClient().Reply("x").Always();
        var registry = await WithAsync(
            Definition("a", "shared") with { Tools = ["pay", "find"], Model = "none", Policies = ["guard"], Scopes = ["read"] },
            Definition("b", "Shared") with { Description = "" },
            Definition("c"));
        await registry.DeprecateAsync("b", 1, "ada", "old");
        var options = new FlowRuntimeOptions { Agents = registry };
        options.Models.Add("fast", model);
        options.Tools.Add(Tool.From("pay", "", () => 1, o => o.Scopes("payments:write")));
        await using var runtime = new FlowRuntime(options);
        var findings = registry.Lint();
        Assert.Equal(
        [
            "Error in a v1, $.tools[0]: the tool 'pay' needs the scope 'payments:write', which the agent does not have; add the scope to the definition, or take the tool out of it.",
            "Error in a v1, $.tools[1]: nobody provides the tool 'find'; there is 'pay'; add it with AddTool or FlowRuntimeOptions.Tools.Add, or take it out of the definition.",
            "Error in a v1, $.model: Agent 'a' uses model 'none', which the runtime does not have. Known: fast; Add it with AddModel(\"none\", …), FlowRuntimeOptions.Models.Add(\"none\", …) or a keyed IChatClient.",
            "Error in a v1, $.policies[0]: the runtime has no policy 'guard', without which the agent must not run; add it with AddPolicy or FlowRuntimeOptions.Policies.",
            "Error in b v1, $: the version is active and deprecated: new runs that need it are refused; activate another one, or take the deprecation back with ReinstateAsync.",
            "Warning in b v1, $.description: is empty: nobody finds the agent, and models that have it as a tool do not know what it is for; say it in one or two sentences.",
            "Information in c v1, $.capabilities: are none: no work is assigned to the agent by capability; name what it can do.",
        ], findings.Select(finding => $"{finding}"));
        await registry.ReinstateAsync("b", 1, "ada", "needed");
        Assert.Contains(registry.Lint(), finding => finding.Problem.Contains("'shared' is also one of 'b'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_version_that_a_runtime_cannot_run_is_not_activated()
    {
        var registry = new AgentRegistry();
        await registry.RegisterAsync(Definition("a") with { Tools = ["find"] }, "ada", "test");
        using var model = new ScriptedChatClient().Reply("x").Always();
        var options = new FlowRuntimeOptions { Agents = registry };
        options.Models.Add("fast", model);
        await using (var runtime = new FlowRuntime(options))
        {
            var refused = await Assert.ThrowsAsync<AgentRefusedException>(() => registry.ActivateAsync("a", 1, "ada", "go"));
            Assert.Equal(("a", 1, "$.tools[0]"), (refused.Agent, refused.Version, Assert.Single(refused.Findings).Place));
            Assert.Null(registry.Find("a")!.Active);
            runtime.Tools.Add(Tool.From("find", "", () => 1));
            Assert.NotNull((await registry.ActivateAsync("a", 1, "ada", "go")).Active);
        }

        Assert.Empty(registry.Hosts.Live);
    }
}
