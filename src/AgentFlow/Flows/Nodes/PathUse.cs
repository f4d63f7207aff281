namespace AgentFlow;

/// <summary>
/// A name at a fixed place of a flow. The runs of a flow share its paths as long as they share the scope: a root flow, and what lies in
/// it outside of branches and iterations. Thread-safe.
/// </summary>
internal sealed class PathUse(string name, int occurrence = 1)
{
    private StepPath? _first;

    public StepPath In(StepPath scope)
    {
        if (Volatile.Read(ref _first) is { } first) return ReferenceEquals(first.Parent, scope) ? first : scope.Child(name, occurrence);
        var path = scope.Child(name, occurrence);

        // The first scope stays the shared one: what lies in it is found again only as long as it is the same.
        return Interlocked.CompareExchange(ref _first, path, null) is { } other && ReferenceEquals(other.Parent, scope) ? other : path;
    }
}
