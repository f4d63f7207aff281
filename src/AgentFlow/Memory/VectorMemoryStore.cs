using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace AgentFlow.Memories;

/// <summary>
/// Memories in this process, found by the cosine of their embeddings. Thread-safe; nothing survives the process. Looks at every memory of
/// a scope, which is quick up to some ten thousand.
/// </summary>
/// <param name="embeddings">Makes vectors of texts; its lifetime stays the caller's. All vectors have one length.</param>
/// <param name="capacity">How many memories a scope may have, at least 1: beyond it the oldest is forgotten. Default: 10,000.</param>
public sealed class VectorMemoryStore(IEmbeddingGenerator<string, Embedding<float>> embeddings, int capacity = 10_000) : IMemoryStore
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _embeddings = embeddings ?? throw new ArgumentNullException(nameof(embeddings));
    private readonly int _capacity = capacity >= 1 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "Use 1 or more.");
    private readonly Lock _lock = new();
    private readonly Dictionary<MemoryScope, List<Stored>> _scopes = [];

    private readonly record struct Stored(MemoryRecord Memory, float[] Direction);

    /// <inheritdoc/>
    public async ValueTask RememberAsync(MemoryRecord memory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (Has(memory)) return;
        var direction = await DirectionOfAsync(memory.Text, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_scopes.TryGetValue(memory.Scope, out var stored)) _scopes.Add(memory.Scope, stored = []);
            if (stored.Exists(other => other.Memory.Id == memory.Id)) return;
            if (stored.Count > 0 && stored[0].Direction.Length != direction.Length) throw Mismatch(stored[0].Direction.Length, direction.Length);
            if (stored.Count == _capacity) stored.RemoveAt(0);
            stored.Add(new(memory, direction));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The generator makes vectors of another length than before.</exception>
    public async ValueTask<IReadOnlyList<RecalledMemory>> RecallAsync(MemoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        Stored[] candidates;
        lock (_lock) candidates = _scopes.TryGetValue(query.Scope, out var stored) ? [.. stored] : [];
        if (candidates.Length == 0 || query.Top < 1) return [];
        var direction = await DirectionOfAsync(query.Text, cancellationToken).ConfigureAwait(false);
        if (candidates[0].Direction.Length != direction.Length) throw Mismatch(candidates[0].Direction.Length, direction.Length);
        return
        [
            .. candidates.Select(candidate => new RecalledMemory(candidate.Memory, Math.Clamp(Dot(candidate.Direction, direction), -1, 1)))
                .Where(found => found.Score >= query.MinScore)
                .OrderByDescending(found => found.Score).ThenByDescending(found => found.Memory.Time).ThenBy(found => found.Memory.Id, StringComparer.Ordinal)
                .Take(query.Top),
        ];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The filter names nothing.</exception>
    public ValueTask<int> ForgetAsync(MemoryFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.IsEmpty) throw new ArgumentException("The filter names nothing, and would forget everything. Give it a scope, an id or a source run.", nameof(filter));
        var forgotten = 0;
        lock (_lock)
        {
            foreach (var (scope, stored) in _scopes)
            {
                forgotten += stored.RemoveAll(candidate => filter.Fits(candidate.Memory));
                if (stored.Count == 0) _scopes.Remove(scope);
            }
        }

        return new(forgotten);
    }

    private bool Has(MemoryRecord memory)
    {
        lock (_lock) return _scopes.TryGetValue(memory.Scope, out var stored) && stored.Exists(other => other.Memory.Id == memory.Id);
    }

    /// <summary>The embedding with length one, so that a product is a cosine.</summary>
    private async ValueTask<float[]> DirectionOfAsync(string text, CancellationToken cancellationToken)
    {
        var generated = await _embeddings.GenerateAsync([text], cancellationToken: cancellationToken).ConfigureAwait(false);
        var vector = generated[0].Vector.ToArray();
        var length = MathF.Sqrt(Dot(vector, vector));
        if (length > 0)
        {
            for (var i = 0; i < vector.Length; i++) vector[i] /= length;
        }

        return vector;
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var lanes = MemoryMarshal.Cast<float, Vector<float>>(left);
        var others = MemoryMarshal.Cast<float, Vector<float>>(right);
        var sum = Vector<float>.Zero;
        for (var i = 0; i < lanes.Length; i++) sum += lanes[i] * others[i];
        var dot = Vector.Sum(sum);
        for (var i = lanes.Length * Vector<float>.Count; i < left.Length; i++) dot += left[i] * right[i];
        return dot;
    }

    private static InvalidOperationException Mismatch(int before, int now) =>
        new($"The embedding generator made vectors of {before} numbers before and makes {now} now. Use one generator, and one model, per store.");
}
