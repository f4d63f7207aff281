using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>Whether data may steer what happens.</summary>
public enum Integrity
{
    /// <summary>Written by the host, its users or its code.</summary>
    Trusted,

    /// <summary>From outside, or derived from such data: a web page, a letter, a tool that reads them.</summary>
    Untrusted,
}

/// <summary>
/// Integrity, audience and provenance of a value. A scope carries the high-water mark of what it has seen; joins join.
/// Immutable.
/// </summary>
/// <remarks>Join: the worse integrity, the intersection of the audiences, the union of the provenances.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
[JsonConverter(typeof(LabelConverter))]
public sealed class Label : IEquatable<Label>
{
    /// <summary>Trusted, for everybody, from nowhere in particular: what joins with everything and changes nothing.</summary>
    public static readonly Label None = new(Integrity.Trusted, null, []);

    private Label(Integrity integrity, ImmutableSortedSet<string>? audience, ImmutableSortedSet<string> provenance)
    {
        Integrity = integrity;
        Audience = audience;
        Provenance = provenance;
    }

    /// <summary>Whether the data may steer.</summary>
    public Integrity Integrity { get; }

    /// <summary>Who may see the data; <see langword="null"/> means everybody, an empty set nobody.</summary>
    public ImmutableSortedSet<string>? Audience { get; }

    /// <summary>Where the data came from.</summary>
    public ImmutableSortedSet<string> Provenance { get; }

    /// <summary>Untrusted data from a named source.</summary>
    /// <param name="source">Where it came from.</param>
    public static Label Untrusted(string source) => None.WithIntegrity(Integrity.Untrusted).From(source);

    /// <summary>Data that only the given readers may see.</summary>
    /// <param name="readers">Users, roles or tenants, in the host's terms.</param>
    public static Label For(params IEnumerable<string> readers) => None.WithAudience(readers);

    /// <summary>The same label with another integrity.</summary>
    /// <param name="integrity">The new integrity.</param>
    public Label WithIntegrity(Integrity integrity) => new(integrity, Audience, Provenance);

    /// <summary>The same label with another audience.</summary>
    /// <param name="readers">Who may see the data, or <see langword="null"/> for everybody.</param>
    public Label WithAudience(IEnumerable<string>? readers) =>
        new(Integrity, readers?.ToImmutableSortedSet(StringComparer.Ordinal), Provenance);

    /// <summary>The same label with one more source.</summary>
    /// <param name="source">Where the data came from.</param>
    public Label From(string source)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        return new(Integrity, Audience, Provenance.WithComparer(StringComparer.Ordinal).Add(source));
    }

    /// <summary>The label of data made from both.</summary>
    /// <param name="other">The other label.</param>
    public Label Join(Label other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other) || ReferenceEquals(other, None)) return this;
        if (ReferenceEquals(this, None)) return other;
        var audience = Audience is null ? other.Audience : other.Audience is null ? Audience : Audience.Intersect(other.Audience);
        return new(
            Integrity > other.Integrity ? Integrity : other.Integrity,
            audience,
            Provenance.WithComparer(StringComparer.Ordinal).Union(other.Provenance));
    }

    internal static Label? Join(Label? left, Label? right) =>
        left is null ? right : right is null || ReferenceEquals(left, right) ? left : left.Join(right);

    /// <inheritdoc/>
    public bool Equals(Label? other) => other is not null && Integrity == other.Integrity
        && Provenance.SetEquals(other.Provenance)
        && (Audience is null ? other.Audience is null : other.Audience is not null && Audience.SetEquals(other.Audience));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Label);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Integrity, Audience?.Count ?? -1, Provenance.Count);

    /// <inheritdoc/>
    public override string ToString()
    {
        var audience = Audience is null ? "everybody" : string.Join(", ", Audience);
        return Provenance.IsEmpty ? $"{Integrity}, for {audience}" : $"{Integrity}, for {audience}, from {string.Join(", ", Provenance)}";
    }
}
