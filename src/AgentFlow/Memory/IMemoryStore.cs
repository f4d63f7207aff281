namespace AgentFlow.Memories;

/// <summary>
/// Where agents keep what they are to know later. Implementations are thread-safe. They are called inside effects, through the gate: the
/// scopes they are given come from the run's principal and not from a model, and what they return is recorded.
/// </summary>
public interface IMemoryStore
{
    /// <summary>Keeps a memory. One that is there already, by its id in its scope, stays as it is: an effect may be repeated after a crash.</summary>
    /// <param name="memory">What to keep, with its source and label.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    ValueTask RememberAsync(MemoryRecord memory, CancellationToken cancellationToken);

    /// <summary>The memories of one scope that are closest to a text, the closest first. Never one of another scope.</summary>
    /// <param name="query">What to look for, and where.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    ValueTask<IReadOnlyList<RecalledMemory>> RecallAsync(MemoryQuery query, CancellationToken cancellationToken);

    /// <summary>Forgets what the filter describes.</summary>
    /// <param name="filter">What to forget.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    /// <returns>How many were forgotten.</returns>
    ValueTask<int> ForgetAsync(MemoryFilter filter, CancellationToken cancellationToken);
}
