using System.Diagnostics;
using System.Globalization;

namespace AgentFlow;

/// <summary>
/// The stable address of a step instance inside a run, such as <c>claims/detect-fraud/model#2</c>. Paths are linked nodes;
/// the text is made only when it is asked for. Immutable and thread-safe; equality is structural.
/// </summary>
/// <remarks>
/// Grammar of a segment: <c>name</c>, <c>name#n</c> for the n-th use of a name in its scope (n ≥ 2), <c>name~n</c> for the
/// n-th attempt of a flow (n ≥ 2), or a bare number for a branch, an item or an iteration.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class StepPath : IEquatable<StepPath>
{
    private const int AttemptFlag = 1 << 30;
    private readonly int _ordinal;
    private int _hash;

    private StepPath(StepPath? parent, string name, int ordinal)
    {
        Parent = parent;
        Name = name;
        _ordinal = ordinal;
    }

    /// <summary>The enclosing scope, or <see langword="null"/> for the root flow.</summary>
    public StepPath? Parent { get; }

    /// <summary>The name in the last segment; empty for a numbered branch, item or iteration.</summary>
    public string Name { get; }

    /// <summary>The number in the last segment: occurrence or attempt (1 when none is written), or the index of a numbered segment.</summary>
    public int Number => _ordinal & ~AttemptFlag;

    internal static StepPath Root(string name) => new(null, name, 1);

    internal StepPath Child(string name) => new(this, name, 1);

    internal StepPath Child(string name, int occurrence) => new(this, name, occurrence);

    internal StepPath Index(int index) => new(this, "", index);

    /// <summary>The sibling path of the n-th attempt of the scope at this path.</summary>
    internal StepPath Attempt(int attempt) => attempt == 1 ? this : new(Parent, Name, attempt | AttemptFlag);

    /// <summary>Reads the text form of a path; the grammar makes it unambiguous.</summary>
    /// <exception cref="FormatException">The text is no path.</exception>
    internal static StepPath Parse(string text)
    {
        StepPath? path = null;
        foreach (var segment in text.Split('/')) path = ParseSegment(path, segment, text);
        return path!;
    }

    private static StepPath ParseSegment(StepPath? parent, string segment, string text)
    {
        if (segment.Length > 0 && !segment.AsSpan().ContainsAnyExceptInRange('0', '9')) return new(parent, "", int.Parse(segment, CultureInfo.InvariantCulture));
        var mark = segment.LastIndexOfAny(['#', '~']);
        if (mark < 0) return segment.Length > 0 ? new(parent, segment, 1) : throw new FormatException($"'{text}' is no path: a segment is empty.");
        if (mark == 0 || !int.TryParse(segment.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 2)
        {
            throw new FormatException($"'{text}' is no path: '{segment}' does not end in a number from 2.");
        }

        return new(parent, segment[..mark], segment[mark] == '~' ? number | AttemptFlag : number);
    }

    /// <summary>Whether this path lies at or below <paramref name="scope"/>.</summary>
    /// <param name="scope">The scope to look for among this path and its ancestors.</param>
    public bool IsWithin(StepPath scope)
    {
        for (var node = this; node is not null; node = node.Parent)
        {
            if (node.Equals(scope)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public bool Equals(StepPath? other)
    {
        var self = this;
        while (true)
        {
            if (ReferenceEquals(self, other)) return true;
            if (self is null || other is null) return false;
            if (self._ordinal != other._ordinal || self.Name != other.Name) return false;
            self = self.Parent;
            other = other.Parent;
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StepPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            var hash = HashCode.Combine(Parent?.GetHashCode() ?? 17, Name.GetHashCode(StringComparison.Ordinal), _ordinal);
            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }

    /// <summary>The text form, segments joined by <c>/</c>.</summary>
    public override string ToString()
    {
        var segment = Segment();
        return Parent is null ? segment : $"{Parent}/{segment}";
    }

    private string Segment()
    {
        var number = Number.ToString(CultureInfo.InvariantCulture);
        if (Name.Length == 0) return number;
        if (Number == 1) return Name;
        return (_ordinal & AttemptFlag) != 0 ? $"{Name}~{number}" : $"{Name}#{number}";
    }
}
