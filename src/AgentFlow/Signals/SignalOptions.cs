namespace AgentFlow;

/// <summary>What is said about a signal beside its value.</summary>
public sealed record SignalOptions
{
    internal static readonly SignalOptions Default = new();

    /// <summary>
    /// Tells this signal from others of its name in the run: whoever sends it twice with the same key, because the first answer got
    /// lost, has sent one signal, the first one. The id of a webhook's event is a good key. Default: every call is a signal.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Who sends it; for policies and the journal. A text is the id of a user.</summary>
    public Principal? By { get; init; }

    /// <summary>Integrity, audience and provenance of the value; the scope that waits for it inherits them.</summary>
    public Label? Label { get; init; }
}
