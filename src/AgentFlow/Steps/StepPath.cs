using System.Diagnostics;
using System.Globalization;

namespace AgentFlow;

/// <summary>
/// The stable address of a step instance inside a run, such as <c>claims/detect-fraud/model#2</c>. Paths are linked nodes;
/// the text is made only when it is asked for. Immutable and thread-safe; equality is structural.
/// </summary>
/// <remarks>
/// Grammar of a segment: <c>name</c>, <c>name#n</c> for the n-th use of a name in its scope (n ≥ 2), or a bare number for a
/// branch, an item or an iteration; and behind each of them <c>~n</c> for the n-th attempt of a flow (n ≥ 2).
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class StepPath : IEquatable<StepPath>
{
    private readonly int _ordinal;
    private int _hash;

    /// <summary>The name, with the attempt behind it from the second on. Names have no tilde; attempts are too rare for a field.</summary>
    private readonly string _name;

    private StepPath(StepPath? parent, string name, int ordinal)
    {
        Parent = parent;
        _name = name;
        _ordinal = ordinal;
    }

    /// <summary>The enclosing scope, or <see langword="null"/> for the root flow.</summary>
    public StepPath? Parent { get; }

    /// <summary>The name in the last segment; empty for a numbered branch, item or iteration.</summary>
    public string Name => _name.IndexOf('~', StringComparison.Ordinal) is >= 0 and var mark ? _name[..mark] : _name;

    /// <summary>The number in the last segment: which use of the name (1 when none is written), or the index of a numbered segment.</summary>
    public int Number => _ordinal;

    internal static StepPath Root(string name) => new(null, name, 1);

    internal StepPath Child(string name) => new(this, name, 1);

    internal StepPath Child(string name, int occurrence) => new(this, name, occurrence);

    internal StepPath Index(int index) => new(this, "", index);

    /// <summary>The sibling path of the n-th attempt of the scope at this path.</summary>
    internal StepPath Attempt(int attempt) => attempt == 1 ? this : new(Parent, string.Create(CultureInfo.InvariantCulture, $"{_name}~{attempt}"), _ordinal);

    /// <summary>The path of the first attempt: this one without what <see cref="Attempt"/> has added.</summary>
    internal StepPath FirstAttempt() => _name.Contains('~', StringComparison.Ordinal) ? new(Parent, Name, _ordinal) : this;

    /// <summary>The path with every scope on it in its first attempt.</summary>
    internal StepPath WithoutAttempts()
    {
        var parent = Parent?.WithoutAttempts();
        var own = FirstAttempt();
        return ReferenceEquals(parent, Parent) ? own : new(parent, own._name, _ordinal);
    }

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
        var tilde = segment.LastIndexOf('~');
        var use = tilde < 0 ? segment : segment[..tilde];
        var attempt = tilde < 0 ? 1 : ParseNumber(segment[(tilde + 1)..], text);
        var hash = use.LastIndexOf('#');
        StepPath path = use.Length > 0 && !use.AsSpan().ContainsAnyExceptInRange('0', '9') ? new(parent, "", int.Parse(use, CultureInfo.InvariantCulture))
            : hash < 0 ? new(parent, use, 1)
            : new(parent, use[..hash], ParseNumber(use[(hash + 1)..], text));
        if (use.Length == 0 || hash == 0) throw new FormatException($"'{text}' is no path: a segment has no name.");
        return path.Attempt(attempt);
    }

    private static int ParseNumber(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 2 && digits[0] != '0'
            ? number
            : throw new FormatException($"'{text}' is no path: '{digits}' is no number from 2.");

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
            if (self._ordinal != other._ordinal || self._name != other._name) return false;
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
            if (Parent is { _hash: 0, Parent: not null }) HashAncestors();
            var hash = HashCode.Combine(Parent?.GetHashCode() ?? 17, _name.GetHashCode(StringComparison.Ordinal), _ordinal);
            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }

    /// <summary>The text form, segments joined by <c>/</c>.</summary>
    public override string ToString()
    {
        if (Parent is null) return Segment();
        var count = 0;
        for (var node = this; node is not null; node = node.Parent) count++;
        var segments = new string[count];
        for (var node = this; node is not null; node = node.Parent) segments[--count] = node.Segment();
        return string.Join('/', segments);
    }

    /// <summary>From the root on: paths may be longer than a stack is deep.</summary>
    private void HashAncestors()
    {
        var open = new Stack<StepPath>();
        for (var node = Parent; node is { _hash: 0 }; node = node.Parent) open.Push(node);
        foreach (var node in open) node.GetHashCode();
    }

    private string Segment()
    {
        if (_name.Length > 0 && _name[0] != '~' && _ordinal == 1) return _name;
        var name = Name;
        return string.Create(CultureInfo.InvariantCulture, $"{name}{(name.Length == 0 ? "" : "#")}{_ordinal}{_name.AsSpan(name.Length)}");
    }
}
