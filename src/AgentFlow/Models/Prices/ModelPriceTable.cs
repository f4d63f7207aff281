using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;

namespace AgentFlow;

/// <summary>
/// Prices, limits and capabilities of models by their public names, as litellm publishes them in
/// <c>model_prices_and_context_window.json</c>. Prices are in US dollars. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Read are the price of input, output and cached input, the limits and what a model supports; everything else in an entry is passed
/// over: prices beyond a number of tokens, of batches, of writing to a prompt cache, of images and of sound. What a provider bills is on the
/// provider's page; load a table of your own date when it matters.
/// </remarks>
[DebuggerDisplay("{Source,nq}: {Names.Count} models")]
public sealed class ModelPriceTable
{
    /// <summary>How large a table may be when nothing else is said: 16 MiB.</summary>
    public const int DefaultMaxBytes = 16 * 1024 * 1024;

    private readonly FrozenDictionary<string, ModelInfo> _models;

    internal ModelPriceTable(IEnumerable<KeyValuePair<string, ModelInfo>> models, string source)
    {
        _models = models.ToFrozenDictionary(StringComparer.Ordinal);
        Source = source;
        Names = [.. _models.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>A few well-known models, for a start; <see cref="Source"/> says from where and when.</summary>
    public static ModelPriceTable BuiltIn => BuiltInPrices.Table;

    /// <summary>Where the numbers come from, and of which date they are.</summary>
    public string Source { get; }

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the table says of a model, or <see langword="null"/>.</summary>
    /// <param name="name">The model's public name, for example <c>gpt-4o-mini</c>; compared exactly.</param>
    public ModelInfo? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _models.GetValueOrDefault(name);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="utf8Json">The table as litellm publishes it. Read to its end, not closed.</param>
    /// <param name="source">Where it comes from and of which date it is, for <see cref="Source"/>.</param>
    /// <param name="maxBytes">How large it may be, at least 2.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ModelPriceTableException">It is too large, no JSON, or an entry of it is wrong; the message names the entry.</exception>
    public static async Task<ModelPriceTable> LoadAsync(Stream utf8Json, string source, int maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 2);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await utf8Json.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (content.Length + read > maxBytes) throw new ModelPriceTableException(null, null, $"is larger than {maxBytes} bytes. Raise maxBytes if that is meant");
            content.Write(buffer, 0, read);
        }

        return Read(content.GetBuffer().AsMemory(0, (int)content.Length), source);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="json">The table as litellm publishes it.</param>
    /// <param name="source">Where it comes from and of which date it is, for <see cref="Source"/>.</param>
    /// <param name="maxBytes">How large it may be, at least 2.</param>
    /// <exception cref="ModelPriceTableException">It is too large, no JSON, or an entry of it is wrong; the message names the entry.</exception>
    public static ModelPriceTable Parse(string json, string source, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 2);
        if (json.Length > maxBytes) throw new ModelPriceTableException(null, null, $"is larger than {maxBytes} bytes. Raise maxBytes if that is meant");
        return Read(System.Text.Encoding.UTF8.GetBytes(json), source);
    }

    private static ModelPriceTable Read(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return new(PriceEntryReader.Read(document.RootElement), source);
        }
        catch (JsonException exception)
        {
            throw new ModelPriceTableException(null, null, $"is no JSON of the expected form: {exception.Message}", exception);
        }
    }
}
