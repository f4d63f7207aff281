namespace AgentFlow;

/// <summary>
/// Agents go round in a circle: the same hand-overs, delegations or plans come again, and nothing has been learnt in between. Ends the run
/// before the bound of the pattern does. <see cref="Cycle"/> names who is in the circle.
/// </summary>
public sealed class LivelockException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The verb.</param>
    /// <param name="cycle">Who or what comes again and again, in order; each once.</param>
    /// <param name="repetitions">How many times it came, at least 2.</param>
    /// <param name="cure">What its author can do, as a sentence; a general one when not given.</param>
    public LivelockException(StepPath path, IReadOnlyList<string> cycle, int repetitions, string? cure = null)
        : base($"'{path}' goes round in a circle: {Draw(cycle)}, {repetitions} times with nothing new in between. {cure ?? "Say in the instructions when to stop, or give the participants a way to learn more."}")
    {
        Path = path;
        Cycle = [.. cycle];
        Repetitions = repetitions;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>Who or what comes again and again, in order; each once.</summary>
    public IReadOnlyList<string> Cycle { get; }

    /// <summary>How many times it came.</summary>
    public int Repetitions { get; }

    /// <summary>Why a <c>Check</c> has refused the same value again, one sentence each; empty for other verbs.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    private static string Draw(IReadOnlyList<string> cycle)
    {
        ArgumentNullException.ThrowIfNull(cycle);
        if (cycle.Count == 0) throw new ArgumentException("A circle has at least one member.", nameof(cycle));
        return string.Join(" → ", cycle.Append(cycle[0]));
    }
}
