using System.Text;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Models;

public class ModelPriceTableTests
{
    private const string Table = """
        {
          "sample_spec": { "input_cost_per_token": 0.0, "max_input_tokens": "max input tokens, if the provider specifies it" },
          "tiny": {
            "input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07, "cache_read_input_token_cost": 7.5e-08,
            "max_input_tokens": 128000, "max_output_tokens": 16384.0, "max_tokens": 16384, "mode": "chat",
            "supports_function_calling": true, "supports_vision": false, "supports_response_schema": true,
            "tiered_pricing": [ { "range": [0, 1] } ], "litellm_provider": "nobody"
          },
          "picture": { "output_cost_per_image": 0.06, "max_tokens": 77, "mode": "image_generation" },
          "unlimited": { "input_cost_per_token": 0, "output_cost_per_token": 0, "max_input_tokens": 0, "supports_reasoning": null }
        }
        """;

    [Fact]
    public async Task The_public_table_is_read()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Table));
        var table = await ModelPriceTable.LoadAsync(stream, "test, today", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["picture", "tiny", "unlimited"], table.Names);
        var tiny = table.Find("tiny")!;
        Assert.Equal(new ModelPrice(0.15m, 0.60m) { CachedInputPerMillion = 0.075m }, tiny.Price);
        Assert.Equal((128_000, 16_384), (tiny.ContextWindow, tiny.MaxOutputTokens));
        Assert.Equal(["json", "tools"], tiny.Capabilities.Order());
        Assert.Null(table.Find("picture")!.Price);
        Assert.Equal(77, table.Find("picture")!.ContextWindow);
        Assert.Equal((new ModelPrice(0, 0), null), (table.Find("unlimited")!.Price, table.Find("unlimited")!.ContextWindow));
        Assert.Equal("test, today", table.Source);
    }

    [Theory]
    [InlineData("""{"a": {"input_cost_per_token": "free"}}""", "a", "input_cost_per_token", "a price is a number")]
    [InlineData("""{"a": {"output_cost_per_token": -1}}""", "a", "output_cost_per_token", "a price of -1 per token cannot be meant")]
    [InlineData("""{"a": {"cache_read_input_token_cost": 1e300}}""", "a", "cache_read_input_token_cost", "a price is a number")]
    [InlineData("""{"a": {"max_input_tokens": 1.5}}""", "a", "max_input_tokens", "a number of tokens is a whole number")]
    [InlineData("""{"a": {"max_output_tokens": 1e30}}""", "a", "max_output_tokens", "tokens cannot be meant")]
    [InlineData("""{"a": {"supports_vision": "yes"}}""", "a", "supports_vision", "it is true or false")]
    [InlineData("""{"a": 3}""", "a", null, "it is no object")]
    [InlineData("""[]""", null, null, "is a JSON array and not an object")]
    [InlineData("""{"a": """, null, null, "is no JSON of the expected form")]
    [InlineData("""{"a": {"x": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}}""", null, null, "is no JSON of the expected form")]
    public void What_is_wrong_is_named(string json, string? entry, string? field, string problem)
    {
        var error = Assert.Throws<ModelPriceTableException>(() => ModelPriceTable.Parse(json, "test"));

        Assert.Equal((entry, field), (error.Entry, error.Field));
        Assert.Contains(problem, error.Message);
        if (entry is not null) Assert.Contains("'a'", error.Message);
    }

    [Fact]
    public async Task A_table_without_end_is_not_read_to_its_end()
    {
        using var endless = new MemoryStream(new byte[100_000]);
        await Assert.ThrowsAsync<ModelPriceTableException>(() => ModelPriceTable.LoadAsync(endless, "test", maxBytes: 1_000));
        Assert.True(endless.Position < 50_000);
        Assert.Throws<ModelPriceTableException>(() => ModelPriceTable.Parse(new string(' ', 1_001), "test", maxBytes: 1_000));
    }

    [Fact]
    public void The_built_in_table_says_of_which_date_it_is()
    {
        Assert.Contains("July 2026", ModelPriceTable.BuiltIn.Source);
        Assert.InRange(ModelPriceTable.BuiltIn.Names.Count, 10, 20);
        Assert.All(ModelPriceTable.BuiltIn.Names, name => Assert.True(ModelPriceTable.BuiltIn.Find(name)!.Price!.InputPerMillion > 0));
    }

    [Fact]
    public void A_model_of_the_catalog_takes_what_the_table_says_and_the_host_has_the_last_word()
    {
        using var client = new ScriptedChatClient();
        var models = new FlowRuntimeOptions().Models.Add("fast", client, o => o.From(ModelPriceTable.BuiltIn, "gpt-4o-mini").Tier("fast").ContextWindow(64_000));

        var model = models.Find("fast")!;
        Assert.Equal((0.15m, 64_000, 16_384), (model.Price!.InputPerMillion, model.ContextWindow, model.MaxOutputTokens));
        Assert.Contains("vision", model.Capabilities);
        Assert.Contains("has no model 'nope'", Assert.Throws<ArgumentException>(() => models.Add("x", client, o => o.From(ModelPriceTable.BuiltIn, "nope"))).Message);
    }
}
