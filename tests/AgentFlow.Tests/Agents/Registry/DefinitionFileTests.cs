using System.Text;
using System.Text.Json;
using AgentFlow.Tests.Journaling.Files;

namespace AgentFlow.Tests.Agents.Registry;

/// <summary>Definitions as files: what is read, what is refused, and that both are what the published schema says.</summary>
public class DefinitionFileTests
{
    private const string Sample = """
        {
          "$schema": "agent.schema.json",
          "name": "claims-extractor",
          "description": "Reads a claim and lists its facts.",
          "capabilities": ["extract-facts"],
          "instructions": [
            "You read insurance claims of policy {policyNumber}.",
            "Answer with facts only, as {\"amount\": 1}. {{policyNumber}} stays."
          ],
          "model": "fast",
          "tools": ["find_policy"],
          "inputSchema": { "type": "object", "properties": { "policyNumber": { "type": "string" }, "text": { "type": "string" } } },
          "scopes": ["policies:read"],
          "policies": ["no-personal-data"],
          "limits": { "maxTurns": 6, "repairs": 1, "timeoutSeconds": 30.5 }
        }
        """;

    private static AgentDefect Defect(string json) => Assert.Single(Defects(json));

    private static IReadOnlyList<AgentDefect> Defects(string json) => Assert.Throws<AgentDefinitionException>(() => AgentDefinition.Parse(json, "a.agent.json")).Defects;

    private static string With(string from, string to)
    {
        Assert.Contains(from, Sample, StringComparison.Ordinal);
        return Sample.Replace(from, to, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_reads_as_it_says_and_writes_back_the_same()
    {
        var definition = AgentDefinition.Parse(Sample);
        Assert.Equal(("claims-extractor", "fast", 6, 1, 30.5), (definition.Name, definition.Model, definition.Limits.MaxTurns, definition.Limits.Repairs, definition.Limits.TimeoutSeconds));
        Assert.StartsWith("You read insurance claims of policy {policyNumber}.\nAnswer", definition.Instructions, StringComparison.Ordinal);
        var again = AgentDefinition.Parse(definition.ToJson());
        Assert.Equal(definition.Hash, again.Hash);
        Assert.Equal(definition.ToJson(), again.ToJson());
    }

    [Theory]
    [InlineData("\"model\"", "\"modell\"", "$.modell", "there is no property 'modell'", 10)]
    [InlineData("\"maxTurns\": 6", "\"maxTurns\": 0", "$.limits.maxTurns", "is 0", 15)]
    [InlineData("\"maxTurns\": 6", "\"maxTurns\": \"6\"", "$.limits.maxTurns", "must be a whole number, not string", 15)]
    [InlineData("\"maxTurns\": 6", "\"maxTurns\": 1.5", "$.limits.maxTurns", "must be a whole number, not 1.5", 15)]
    [InlineData("\"maxTurns\": 6", "\"turns\": 6", "$.limits.turns", "there is no property 'turns'", 15)]
    [InlineData("[\"find_policy\"]", "\"find_policy\"", "$.tools", "must be array, not string", 11)]
    [InlineData("[\"find_policy\"]", "[\"a\", \"a\"]", "$.tools[1]", "\"a\" is there twice", 11)]
    [InlineData("[\"find_policy\"]", "[\"find policy\"]", "$.tools[0]", "'find policy' is no name that models accept", 11)]
    [InlineData("[\"find_policy\"]", "[\"\"]", "$.tools[0]", "is empty", 11)]
    [InlineData("\"name\": \"claims-extractor\",", "", "$", "'name' is missing", 1)]
    [InlineData("\"name\": \"claims-extractor\"", "\"name\": \"claims/extractor\"", "$.name", "'claims/extractor' has a character that it must not have", 3)]
    [InlineData("\"name\": \"claims-extractor\"", "\"name\": \"(claims)\"", "$.name", "segments that begin with '('", 3)]
    [InlineData("\"name\": \"claims-extractor\"", "\"name\": \"a\\u0000b\"", "$.name", "control character", 3)]
    [InlineData("\"name\": \"claims-extractor\"", "\"name\": \"a\\ud800b\"", "$.name", "half of a character pair", 3)]
    [InlineData("\"model\": \"fast\"", "\"model\": \"fast\", \"model\": \"slow\"", "$.model", "'model' is there twice", 10)]
    [InlineData("of policy {policyNumber}", "of policy {policyNumer}", "$.instructions", "has the placeholder {policyNumer}, which inputSchema does not have", 6)]
    [InlineData("\"inputSchema\"", "\"outputSchema\"", "$.instructions", "there is no inputSchema", 6)]
    [InlineData("\"policyNumber\": { \"type\": \"string\" }", "\"policyNumber\": { \"type\": \"object\" }", "$.instructions", "which is no text, number or boolean", 6)]
    [InlineData("\"policies\": [\"no-personal-data\"],", "\"policies\": [\"no-personal-data\"]", "$", "it is no JSON", 15)]
    public void A_mistake_is_reported_with_line_and_place(string from, string to, string place, string problem, int line)
    {
        var defect = Defect(With(from, to));
        Assert.Equal((place, line), (defect.Place, defect.Line));
        Assert.Contains(problem, defect.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(defect.Cure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}{}")]
    [InlineData("{\"name\":\"a\",\"instructions\":{\"\\ud800\":1}}")]
    public void What_is_no_definition_at_all_is_refused(string json) => Assert.NotEmpty(Defects(json));

    [Fact]
    public void All_mistakes_come_at_once_and_the_message_names_them()
    {
        var exception = Assert.Throws<AgentDefinitionException>(() => AgentDefinition.Parse("""{ "nam": "a", "limits": { "repairs": -1 }, "tools": 3 }""", "a.agent.json"));
        Assert.Equal(5, exception.Defects.Count);
        Assert.Contains("line 1, $.limits.repairs: is -1; it is: How often an answer that does not fit goes back to the model: 0 to 100.", exception.Message, StringComparison.Ordinal);
        Assert.Equal("a.agent.json", exception.Source);
    }

    [Fact]
    public void The_schema_is_one_that_editors_understand_and_names_every_property_that_is_written()
    {
        using var schema = JsonDocument.Parse(AgentDefinition.JsonSchema);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        var full = new AgentDefinition { Name = "a", Instructions = "x", Description = "d", Capabilities = ["c"], Model = "m", Tools = ["t"], Scopes = ["s"], Policies = ["p"], Limits = new() { MaxTurns = 1, MaxToolCalls = 1, MaxParallelToolCalls = 1, Repairs = 1, MaxOutputTokens = 1, TimeoutSeconds = 1, Retries = 1 } }.For<int, int>();
        using var written = JsonDocument.Parse(full.ToJson());
        var properties = schema.RootElement.GetProperty("properties");
        Assert.Equal(Names(properties).Except(["$schema"]), Names(written.RootElement));
        Assert.Equal(Names(properties.GetProperty("limits").GetProperty("properties")), Names(written.RootElement.GetProperty("limits")));

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_definition_made_in_code_is_checked_like_a_file()
    {
        var registry = new AgentRegistry();
        AgentDefinition[] wrong =
        [
            new() { Name = "a#b", Instructions = "x" }, new() { Name = "a", Instructions = " " }, new() { Name = "a", Instructions = "x", Tools = ["a b"] }, new() { Name = null!, Instructions = "x" },
            new() { Name = "a", Instructions = "x", Tools = [null!] }, new() { Name = "a", Instructions = "x", Capabilities = null! }, new() { Name = "a", Instructions = "x", Limits = null! },
            new() { Name = "a", Instructions = "\ud800" }, new() { Name = "a", Instructions = "x", Limits = new() { TimeoutSeconds = double.NaN } }, new() { Name = "a", Instructions = "x", InputSchema = default(JsonElement) },
            new() { Name = "a", Instructions = "{who}" }, new() { Name = "a", Instructions = new string('x', 1_000_001) }, new() { Name = "a", Instructions = "x", Limits = new() { Retries = 21 } },
        ];
        foreach (var definition in wrong) await Assert.ThrowsAsync<AgentDefinitionException>(() => registry.RegisterAsync(definition, "ada", "test"));
        Assert.Empty(registry.All);
    }

    [Fact]
    public async Task A_million_characters_of_instructions_are_registered_compared_and_kept()
    {
        using var directory = new TemporaryDirectory();
        var registry = new AgentRegistry(new AgentFlow.Agents.FileAgentStore(directory.Path));
        var lines = Enumerable.Range(0, 100_000).Select(i => $"line {i % 1000:000}").ToList();
        await registry.RegisterAsync(new() { Name = "a", Instructions = string.Join('\n', lines) }, "ada", "test");
        lines[50_000] = "other";
        lines.Reverse(10, 99_000);
        await registry.RegisterAsync(new() { Name = "a", Instructions = string.Join('\n', lines) }, "ada", "test");
        Assert.False(registry.Diff("a", 1, 2).IsEmpty);
        var again = new AgentRegistry(new AgentFlow.Agents.FileAgentStore(directory.Path));
        await again.RefreshAsync();
        Assert.Equal(registry.Find("a")!.Versions[1].Hash, again.Find("a")!.Versions[1].Hash);
        Assert.Equal(string.Join('\n', lines), again.Find("a")!.Versions[1].Definition.Instructions);
    }

    [Fact]
    public async Task A_directory_is_loaded_and_loaded_again_without_a_build()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("extractor.agent.json");
        await File.WriteAllTextAsync(file, Sample, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await File.WriteAllTextAsync(directory.File("other.agent.json"), """{ "name": "other", "instructions": "x" }""");
        await File.WriteAllTextAsync(directory.File("notes.json"), "no agent");
        var registry = new AgentRegistry();
        var first = await registry.LoadDirectoryAsync(directory.Path, "ada", "first");
        Assert.Equal(["claims-extractor v1", "other v1"], first.Registered.Select(version => $"{version}"));
        Assert.Null(registry.Find("other")!.Active);

        await File.WriteAllTextAsync(file, With("facts only", "the facts"));
        var second = await registry.LoadDirectoryAsync(directory.Path, "bob", "clearer", activate: true);
        Assert.Equal(["claims-extractor v2"], second.Registered.Select(version => $"{version}"));
        Assert.Equal(["other v1"], second.Unchanged.Select(version => $"{version}"));
        Assert.Equal(["claims-extractor v2", "other v1"], second.Activated.Select(version => $"{version}"));
        var third = await registry.LoadDirectoryAsync(directory.Path, "bob", "again", activate: true);
        Assert.Empty(third.Registered);
        Assert.Empty(third.Activated);
        Assert.Equal(5, registry.All.Sum(agent => agent.History.Count));
    }

    [Fact]
    public async Task Nothing_is_registered_when_anything_is_wrong_with_any_file()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("a.agent.json"), """{ "name": "a", "instructions": "x" }""");
        await File.WriteAllTextAsync(directory.File("b.agent.json"), """{ "name": "a", "instructions": "y" }""");
        await File.WriteAllTextAsync(directory.File("c.agent.json"), "{\n\"name\": \"c\" }");
        var registry = new AgentRegistry();
        var exception = await Assert.ThrowsAsync<AgentDefinitionException>(() => registry.LoadDirectoryAsync(directory.Path, "ada", "test"));
        Assert.Equal(["b.agent.json, $.name: 'a' is also in a.agent.json; keep one file per agent.", "c.agent.json, line 1, $: 'instructions' is missing; add \"instructions\"."], exception.Defects.Select(defect => $"{defect}"));
        Assert.Empty(registry.All);
    }

    [Fact]
    public void The_hash_is_of_the_content_and_of_nothing_else()
    {
        var definition = AgentDefinition.Parse(Sample);
        Assert.Equal(64, definition.Hash.Length);
        Assert.Equal(definition.Hash, (definition with { Scopes = [.. definition.Scopes], Capabilities = ["extract-facts", "extract-facts"] }).Hash);
        Assert.Equal(definition.Hash, (definition with { InputSchema = JsonElement.Parse("""{ "properties": { "text": { "type": "string" }, "policyNumber": { "type": "string" } }, "type": "object" }""") }).Hash);
        AgentDefinition[] others =
        [
            definition with { Name = "b" }, definition with { Description = "" }, definition with { Capabilities = [] }, definition with { Instructions = "x" }, definition with { Model = null }, definition with { Model = "" },
            definition with { Tools = [] }, definition with { InputSchema = null }, definition with { OutputSchema = definition.InputSchema }, definition with { Scopes = [] }, definition with { Policies = [] },
            definition with { Scopes = definition.Policies, Policies = definition.Scopes }, definition with { Limits = definition.Limits with { Repairs = null } }, definition with { Limits = definition.Limits with { Retries = 1 } },
            definition with { Limits = definition.Limits with { MaxToolCalls = 1 } }, definition with { Limits = definition.Limits with { MaxParallelToolCalls = 1 } },
        ];
        Assert.Equal(others.Length + 1, others.Append(definition).Select(other => other.Hash).Distinct().Count());
        Assert.NotEqual((definition with { Tools = ["a", "b"] }).Hash, (definition with { Tools = ["b", "a"] }).Hash);
    }
}
