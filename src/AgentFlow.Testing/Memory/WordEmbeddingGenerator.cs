using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>
/// Embeddings without a model: every word is hashed to a direction, so that texts are close when they share words. The same in every
/// process; offline, thread-safe, and no more than that: synonyms are strangers.
/// </summary>
/// <param name="dimensions">The length of the vectors, at least 16. Default: 256.</param>
public sealed class WordEmbeddingGenerator(int dimensions = 256) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly int _dimensions = dimensions >= 16 ? dimensions : throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "Use 16 or more.");
    private int _calls;

    /// <summary>How many texts have been embedded.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(Embed(text)))));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private float[] Embed(string text)
    {
        Interlocked.Increment(ref _calls);
        var vector = new float[_dimensions];
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var hash = 14695981039346656037UL;
            for (; i < text.Length && char.IsLetterOrDigit(text[i]); i++) hash = (hash ^ char.ToLowerInvariant(text[i])) * 1099511628211UL;
            vector[(int)(hash % (ulong)_dimensions)] += 1;
        }

        return vector;
    }
}
