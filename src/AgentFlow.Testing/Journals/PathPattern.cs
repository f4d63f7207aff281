namespace AgentFlow.Testing;

/// <summary>Matches paths: segment by segment, <c>*</c> is one segment, <c>**</c> any number of them.</summary>
internal sealed class PathPattern
{
    private readonly string[] _pattern;

    internal PathPattern(string pattern)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        _pattern = pattern.Split('/');
    }

    internal bool Fits(string path) => Fits(_pattern, path.Split('/'));

    private static bool Fits(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty) return path.IsEmpty;
        if (pattern[0] == "**") return Fits(pattern[1..], path) || !path.IsEmpty && Fits(pattern, path[1..]);
        return !path.IsEmpty && (pattern[0] == "*" || pattern[0] == path[0]) && Fits(pattern[1..], path[1..]);
    }
}
