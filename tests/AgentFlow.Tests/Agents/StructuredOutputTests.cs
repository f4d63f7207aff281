using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentFlow.Testing;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

public partial class StructuredOutputTests
{
    internal sealed record Claim([property: Description("The policy")] string Policy, decimal Amount, string? Note);

    internal sealed class Tree
    {
        public required string Name { get; init; }

        public List<Tree> Children { get; init; } = [];
    }

    [JsonSerializable(typeof(Claim))]
    private sealed partial class OnlyClaims : JsonSerializerContext;

    private static async Task<TOut> AnswerAsync<TOut>(ScriptedChatClient model, Action<AgentBuilder<string, TOut>>? configure = null, FlowRuntimeOptions? options = null)
    {
        var builder = Agent.Create<string, TOut>("reader").Model(model);
        configure?.Invoke(builder);
        await using var runtime = new FlowRuntime(options);
        return await runtime.RunAsync(builder.Build(), "read");
    }

    [Theory]
    [InlineData("{\"policy\":\"P-1\",\"amount\":12.5,\"note\":null}")]
    [InlineData("{\"policy\":\"P-1\",\"amount\":12.5}")]
    [InlineData("{\"Policy\":\"P-1\",\"AMOUNT\":\"12.5\"}")]
    [InlineData("```json\n{\"policy\":\"P-1\",\"amount\":12.5}\n```")]
    [InlineData("Here you are:\n```\n{\"policy\":\"P-1\",\"amount\":12.5}\n```\nAnything else?")]
    [InlineData("```json {\"policy\":\"P-1\",\"amount\":12.5}```")]
    public async Task An_answer_is_read_as_models_write_it(string text)
    {
        using var model = new ScriptedChatClient().Reply(text);
        Assert.Equal(new Claim("P-1", 12.5m, null), await AnswerAsync<Claim>(model));
    }

    [Fact]
    public async Task Fences_inside_of_a_value_stay()
    {
        using var model = new ScriptedChatClient().Reply("{\"policy\":\"```json\\n1\\n```\",\"amount\":1}");
        Assert.Equal("```json\n1\n```", (await AnswerAsync<Claim>(model)).Policy);
    }

    [Theory]
    [InlineData("no idea", "invalid")]
    [InlineData("{\"amount\":1}", "$.policy is missing")]
    [InlineData("{\"policy\":null,\"amount\":1}", "$.policy must be string, not null")]
    [InlineData("{\"policy\":\"P\",\"amount\":\"much\"}", "$.amount must be")]
    [InlineData("[]", "$ must be object, not array")]
    [InlineData("{\"policy\":\"P\",\"amount\":1", "JSON")]
    public async Task An_answer_that_does_not_fit_goes_back_to_the_model_with_what_is_wrong(string text, string complaint)
    {
        using var model = new ScriptedChatClient().Reply(text).Reply(new Claim("P-1", 1, null));

        Assert.Equal(new Claim("P-1", 1, null), await AnswerAsync<Claim>(model));

        var repair = model.Calls[1];
        Assert.Equal(ChatRole.User, repair.Messages[^1].Role);
        Assert.Contains(complaint, repair.Text, StringComparison.Ordinal);
        Assert.Equal(text, repair.Messages[^2].Text);
    }

    [Fact]
    public async Task Repairs_are_bounded_and_the_error_carries_the_last_text()
    {
        using var model = new ScriptedChatClient().Reply("first").Reply("second");
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => AnswerAsync<Claim>(model, agent => agent.Repairs(1)));
        var error = Assert.IsType<UnparsableOutputException>(failed.InnerException);
        Assert.Equal("second", error.LastText);
        Assert.Contains("Claim after 1 repairs", error.Message, StringComparison.Ordinal);
        model.VerifyComplete();
    }

    [Fact]
    public async Task Repairs_come_on_top_of_the_turns()
    {
        using var model = new ScriptedChatClient().Reply("first").Reply("second").Reply(new Claim("P-1", 1, null));
        Assert.Equal("P-1", (await AnswerAsync<Claim>(model, agent => agent.MaxTurns(1).Repairs(2))).Policy);
    }

    [Fact]
    public async Task What_is_no_object_is_wrapped_for_the_service_and_read_both_ways()
    {
        using var model = new ScriptedChatClient().Reply("{\"answer\":[1,2]}").Reply("[3]");
        Assert.Equal(new[] { 1, 2 }, await AnswerAsync<int[]>(model));
        Assert.Equal(new[] { 3 }, await AnswerAsync<int[]>(model));
        var schema = Assert.IsType<ChatResponseFormatJson>(model.Calls[0].Options!.ResponseFormat).Schema!.Value;
        Assert.Equal("object", schema.GetProperty("type").GetString());
        Assert.Equal("answer", schema.GetProperty("required")[0].GetString());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{\"answer\":7}")]
    public async Task A_number_is_read(string text)
    {
        using var model = new ScriptedChatClient().Reply(text);
        Assert.Equal(7, await AnswerAsync<int>(model));
    }

    [Fact]
    public async Task References_of_a_recursive_type_follow_the_wrapping()
    {
        using var model = new ScriptedChatClient()
            .Reply("{\"answer\":[{\"name\":\"a\",\"children\":[{\"children\":[]}]}]}")
            .Reply("{\"answer\":[{\"name\":\"a\",\"children\":[{\"name\":\"b\"}]}]}");

        var trees = await AnswerAsync<List<Tree>>(model);

        Assert.Equal("b", trees[0].Children[0].Name);
        Assert.Contains("$[0].children[0].name is missing", model.Calls[1].Text, StringComparison.Ordinal);
        var schema = Assert.IsType<ChatResponseFormatJson>(model.Calls[0].Options!.ResponseFormat).Schema!.Value;
        Assert.Contains("\"#/properties/answer/items\"", schema.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hosts_source_generated_context_is_enough()
    {
        using var model = new ScriptedChatClient().Reply("{\"Policy\":\"P-1\",\"Amount\":2}");
        var options = new FlowRuntimeOptions { SerializerOptions = new(OnlyClaims.Default.Options), RoundTripValues = true };
        Assert.Equal(2, (await AnswerAsync<Claim>(model, options: options)).Amount);
    }

    [Fact]
    public void A_type_that_the_hosts_options_do_not_know_names_the_cure()
    {
        var json = new JsonSerializerOptions { TypeInfoResolver = OnlyClaims.Default };
        var error = Assert.Throws<InvalidOptionException>(() => JsonText.TypeOf<Tree>(json));
        Assert.Contains("[JsonSerializable(typeof(Tree))]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_of_a_member_reaches_the_model()
    {
        using var model = new ScriptedChatClient().Reply(new Claim("P-1", 1, null));
        await AnswerAsync<Claim>(model);
        var schema = Assert.IsType<ChatResponseFormatJson>(model.Calls[0].Options!.ResponseFormat).Schema!.Value;
        Assert.Equal("The policy", schema.GetProperty("properties").GetProperty("policy").GetProperty("description").GetString());
    }
}
