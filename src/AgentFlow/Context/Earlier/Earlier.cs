namespace AgentFlow;

/// <summary>
/// Which earlier outputs an agent sees: <c>Sees(Earlier.Named("facts", "coverage"))</c>. There to be seen is what a flow shows, with
/// <c>o =&gt; o.Show()</c> on a step or <see cref="FlowContext.Show{T}"/> in code, before the agent and in the scopes around it; a branch sees
/// what was shown before the fork. Immutable.
/// </summary>
public sealed record Earlier
{
    private Earlier()
    {
    }

    /// <summary>Everything that was shown.</summary>
    public static Earlier All { get; } = new();

    internal IReadOnlyList<string>? Names { get; private init; }

    internal int? Count { get; private init; }

    internal bool IsSummarized { get; private init; }

    internal ModelSource? Summarizer { get; private init; }

    internal int SummaryTokens { get; private init; }

    /// <summary>What was shown under these names; a name that was shown more than once stands for each time.</summary>
    /// <param name="names">The names, at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Earlier Named(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0) throw new ArgumentException("Earlier.Named has no names, so nothing can be seen. Give it at least one, or use Earlier.All.", nameof(names));
        foreach (var name in names) ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(names));
        return new() { Names = [.. names] };
    }

    /// <summary>What was shown last.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public static Earlier Last(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new() { Count = count };
    }

    /// <summary>Everything that was shown, summed up by a model.</summary>
    /// <param name="model">The model that writes the summary; the agent's own when not given.</param>
    /// <param name="tokens">How long it may be, 32 or more.</param>
    public static Earlier Summary(string? model = null, int tokens = 1_000) => All.Summarized(model, tokens);

    /// <summary>The same outputs, summed up by a model: an effect through the gate, recorded. When it fails, the agent sees the outputs themselves.</summary>
    /// <param name="model">The model that writes the summary; the agent's own when not given.</param>
    /// <param name="tokens">How long it may be, 32 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too short.</exception>
    public Earlier Summarized(string? model = null, int tokens = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 32);
        return this with { IsSummarized = true, Summarizer = model is null ? null : new(model, null, null), SummaryTokens = tokens };
    }

    internal IReadOnlyList<ShownOutput> Of(IReadOnlyList<ShownOutput> shown)
    {
        if (Names is { } names) return [.. shown.Where(output => names.Contains(output.Name, StringComparer.Ordinal))];
        return Count is { } count && count < shown.Count ? [.. shown.Skip(shown.Count - count)] : shown;
    }
}
