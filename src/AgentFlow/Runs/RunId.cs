using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFlow;

/// <summary>Identifies a run: a random prefix of the process and a counter, or a text of the host's choice.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct RunId : IEquatable<RunId>
{
    private static readonly string ProcessPrefix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static long s_counter;

    /// <summary>The text of a named run (counter 0), or the prefix of a numbered one.</summary>
    private readonly string? _text;
    private readonly long _counter;

    private RunId(string text, long counter)
    {
        _text = text;
        _counter = counter;
    }

    /// <summary>Whether the id is one that <see cref="Next"/> has given out in this process, or will: nobody may choose it beforehand.</summary>
    internal bool IsGeneratedHere => _counter != 0 && ReferenceEquals(_text, ProcessPrefix);

    internal static RunId Next() => new(ProcessPrefix, Interlocked.Increment(ref s_counter));

    /// <summary>What is wrong with the text of an id that is not blank; null when nothing is.</summary>
    internal static string? DefectOf(string text)
    {
        if (text.Length > 200) return $"A run id has at most 200 characters; this one has {text.Length}.";
        if (text.Contains('/', StringComparison.Ordinal) || text.Any(char.IsControl)) return $"'{text}' is no run id: '/' and control characters would make two runs' idempotency keys alike. Use another separator.";
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done) return "The text is no run id: it has half of a surrogate pair, which no journal can keep.";
            rest = rest[length..];
        }

        return null;
    }

    /// <summary>The id with the given text.</summary>
    /// <param name="text">1 to 200 characters without <c>/</c> and control characters: ids are the first part of idempotency keys and request ids.</param>
    /// <exception cref="ArgumentException">The text is empty, too long or has such a character.</exception>
    public static RunId Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (DefectOf(text) is { } defect) throw new ArgumentException(defect, nameof(text));
        return TryParseNumbered(text, out var id) ? id : new(text, 0);
    }

    /// <summary>A number that follows from the id alone, the seed of the run's randomness.</summary>
    internal ulong Seed => StableHash.Of(_text ?? "") ^ ((ulong)_counter * 0x9E3779B97F4A7C15);

    /// <inheritdoc/>
    public bool Equals(RunId other) => _counter == other._counter && (ReferenceEquals(_text, other._text) || _text == other._text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RunId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _counter != 0 ? _counter.GetHashCode() : _text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <inheritdoc/>
    public override string ToString() => _counter == 0 ? _text ?? "" : string.Create(CultureInfo.InvariantCulture, $"{_text}-{_counter}");

    /// <summary>Whether both are the same run.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other id.</param>
    public static bool operator ==(RunId left, RunId right) => left.Equals(right);

    /// <summary>Whether they are different runs.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other id.</param>
    public static bool operator !=(RunId left, RunId right) => !left.Equals(right);

    private static bool TryParseNumbered(string text, out RunId id)
    {
        id = default;
        if (text.Length < 18 || text[16] != '-' || text.AsSpan(0, 16).ContainsAnyExcept(HexDigits)) return false;
        if (!long.TryParse(text.AsSpan(17), NumberStyles.None, CultureInfo.InvariantCulture, out var counter) || counter == 0 || text[17] == '0') return false;
        var prefix = text[..16];
        id = new RunId(prefix == ProcessPrefix ? ProcessPrefix : prefix, counter);
        return true;
    }
}
