using AgentFlow.Testing;
using AgentFlow.Tests.Journaling.Files;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>What the first page of the documentation shows, compiled and run.</summary>
public class FirstRegistryTests
{
    private sealed record ClaimFile(string PolicyNumber, string Text);

    private sealed record ClaimFacts(decimal Amount);

    [Fact]
    public async Task Instructions_change_without_a_build_and_no_run_notices()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("claims-extractor.agent.json"), """
            {
              "name": "claims-extractor",
              "description": "Reads a claim and lists its facts.",
              "capabilities": ["extract-facts"],
              "instructions": "List the facts of the claim under policy {policyNumber}.",
              "inputSchema": { "type": "object", "properties": { "policyNumber": { "type": "string" } } },
              "limits": { "maxTurns": 6 }
            }
            """);
        using var model = new ScriptedChatClient().Reply("""{ "amount": 1200 }""").Always();

        var registry = new AgentRegistry();   // new AgentRegistry(new FileAgentStore("./data/agents")) keeps it
        await registry.LoadDirectoryAsync(directory.Path, by: "ada", reason: "first version", activate: true);

        var claims = Flow.Start<ClaimFile>("claims")
            .Then(Agent.Registered<ClaimFile, ClaimFacts>("claims-extractor"))
            .Build();

        var options = new FlowRuntimeOptions { Agents = registry };
        options.Models.Add("fast", model);
        await using var runtime = new FlowRuntime(options);
        var run = await runtime.StartAsync(claims, new("P-17", "Hail, 1,200."));

        Assert.Equal(new ClaimFacts(1200), await run.Result);
        Assert.Equal("claims-extractor v1", $"{run.Agents[0]}");
        Assert.Equal("List the facts of the claim under policy \"P-17\".", model.Calls[0].Instructions);
    }
}
