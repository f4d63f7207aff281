namespace AgentFlow.Tests.Journaling.Durable.Changes;

/// <summary>What becomes of the runs of a definition that was changed.</summary>
internal sealed class Fate
{
    private readonly Func<IReadOnlySet<string>, bool> _isRefused;

    private Fate(string? held, bool isSame, Func<IReadOnlySet<string>, bool> isRefused) => (Held, IsSame, _isRefused) = (held, isSame, isRefused);

    /// <summary>The fingerprint tells: the run is held before anything of it is executed.</summary>
    public static Fate Structure { get; } = new("has another structure than the run was started with", true, _ => true);

    /// <summary>Nothing that is registered continues the run: it is held.</summary>
    public static Fate Unknown { get; } = new("is not registered; add it", true, _ => true);

    /// <summary>It is compatible, or cannot be seen and has no consequence: the run ends as it did.</summary>
    public static Fate Same { get; } = new(null, true, _ => false);

    /// <summary>By design it is not seen, or it lies behind everything recorded: the run goes on and may end with another result.</summary>
    public static Fate Other { get; } = new(null, false, _ => false);

    /// <summary>What the reason of a held run says; null when it goes on.</summary>
    public string? Held { get; }

    /// <summary>Whether the result is the one of the unchanged definition.</summary>
    public bool IsSame { get; }

    /// <summary>The replay is refused once an outcome of this name is recorded; before that the run goes on by the changed definition.</summary>
    public static Fate RefusedAfter(string name) => new(null, false, recorded => recorded.Contains(name));

    /// <summary>Whether a replay is refused when outcomes of these names are recorded.</summary>
    public bool IsRefused(IReadOnlySet<string> recorded) => _isRefused(recorded);
}
