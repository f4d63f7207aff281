using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace AgentFlow;

/// <summary>Identifies a run: a random prefix of the process and a counter, or a text of the host's choice.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct RunId : IEquatable<RunId>
{
    private static readonly ulong ProcessPrefix = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static long s_counter;

    private readonly string? _text;
    private readonly ulong _prefix;
    private readonly long _counter;

    private RunId(string? text, ulong prefix, long counter)
    {
        _text = text;
        _prefix = prefix;
        _counter = counter;
    }

    internal static RunId Next() => new(null, ProcessPrefix, Interlocked.Increment(ref s_counter));

    /// <summary>The id with the given text.</summary>
    /// <param name="text">1 to 200 characters.</param>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    public static RunId Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (text.Length > 200) throw new ArgumentException($"A run id has at most 200 characters; this one has {text.Length}.", nameof(text));
        return TryParseCanonical(text, out var id) ? id : new(text, 0, 0);
    }

    /// <summary>A number that follows from the id alone, the seed of the run's randomness.</summary>
    internal ulong Seed => _text is null ? _prefix ^ ((ulong)_counter * 0x9E3779B97F4A7C15) : StableHash.Of(_text);

    /// <inheritdoc/>
    public bool Equals(RunId other) => _prefix == other._prefix && _counter == other._counter && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RunId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text?.GetHashCode(StringComparison.Ordinal) ?? _counter.GetHashCode() ^ (int)_prefix;

    /// <inheritdoc/>
    public override string ToString() => _text ?? string.Create(CultureInfo.InvariantCulture, $"{_prefix:x16}-{_counter}");

    /// <summary>Whether both are the same run.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other id.</param>
    public static bool operator ==(RunId left, RunId right) => left.Equals(right);

    /// <summary>Whether they are different runs.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other id.</param>
    public static bool operator !=(RunId left, RunId right) => !left.Equals(right);

    private static bool TryParseCanonical(string text, out RunId id)
    {
        id = default;
        if (text.Length < 18 || text[16] != '-') return false;
        if (!ulong.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var prefix)) return false;
        if (!long.TryParse(text.AsSpan(17), NumberStyles.None, CultureInfo.InvariantCulture, out var counter)) return false;
        var candidate = new RunId(null, prefix, counter);
        if (candidate.ToString() != text) return false;
        id = candidate;
        return true;
    }
}
