using System.Collections.Frozen;

namespace AgentFlow;

/// <summary>A few models as a mirror of litellm's table had them on the date below, in US dollars per million tokens. Update numbers and date together.</summary>
internal static class BuiltInPrices
{
    private const string Source = "litellm model_prices_and_context_window.json, as mirrored on 24 July 2026";

    private static readonly string[] Common = [ModelCapabilities.Tools, ModelCapabilities.Vision, ModelCapabilities.Json, ModelCapabilities.Pdf, ModelCapabilities.PromptCaching];
    private static readonly string[] Thinking = [.. Common, ModelCapabilities.Reasoning];

    private static readonly ModelInfo[] Models =
    [
        Model("gpt-5.5", 5m, 30m, 0.5m, 1_050_000, 128_000, Thinking),
        Model("gpt-5.1", 1.25m, 10m, 0.125m, 272_000, 128_000, Thinking),
        Model("gpt-5", 1.25m, 10m, 0.125m, 272_000, 128_000, Thinking),
        Model("gpt-5-mini", 0.25m, 2m, 0.025m, 272_000, 128_000, Thinking),
        Model("gpt-5-nano", 0.05m, 0.4m, 0.005m, 272_000, 128_000, Thinking),
        Model("gpt-4.1", 2m, 8m, 0.5m, 1_047_576, 32_768, Common),
        Model("gpt-4.1-mini", 0.4m, 1.6m, 0.1m, 1_047_576, 32_768, Common),
        Model("gpt-4.1-nano", 0.1m, 0.4m, 0.025m, 1_047_576, 32_768, Common),
        Model("gpt-4o", 2.5m, 10m, 1.25m, 128_000, 16_384, Common),
        Model("gpt-4o-mini", 0.15m, 0.6m, 0.075m, 128_000, 16_384, Common),
        Model("o3", 2m, 8m, 0.5m, 200_000, 100_000, Thinking),
        Model("o4-mini", 1.1m, 4.4m, 0.275m, 200_000, 100_000, Thinking),
        Model("claude-opus-4-5", 5m, 25m, 0.5m, 200_000, 64_000, Thinking),
        Model("claude-sonnet-4-5", 3m, 15m, 0.3m, 200_000, 64_000, Thinking),
        Model("claude-haiku-4-5", 1m, 5m, 0.1m, 200_000, 64_000, Thinking),
        Model("gemini-2.5-pro", 1.25m, 10m, 0.125m, 1_048_576, 65_535, [.. Thinking, ModelCapabilities.AudioInput]),
        Model("gemini-2.5-flash", 0.3m, 2.5m, 0.03m, 1_048_576, 65_535, Thinking),
        Model("gemini-2.5-flash-lite", 0.1m, 0.4m, 0.01m, 1_048_576, 65_535, Thinking),
    ];

    public static ModelPriceTable Table { get; } = new(Models.Select(model => KeyValuePair.Create(model.Name, model)), Source);

    private static ModelInfo Model(string name, decimal input, decimal output, decimal cached, int window, int maxOutput, string[] capabilities) => new(name)
    {
        Price = new(input, output) { CachedInputPerMillion = cached },
        ContextWindow = window,
        MaxOutputTokens = maxOutput,
        Capabilities = capabilities.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
    };
}
