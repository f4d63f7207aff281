namespace AgentFlow.Agents;

/// <summary>
/// Where the changes of an <see cref="AgentRegistry"/> are kept: a list that only grows. Several registries, also of several
/// processes, may share one.
/// </summary>
/// <remarks>Implementations are thread-safe. A reader sees whole changes only, and every change that was appended before it began to read.</remarks>
public interface IAgentStore
{
    /// <summary>Reads what comes behind a change, in order and without gaps.</summary>
    /// <param name="after">The sequence of the last change that is known; 0 reads everything.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AgentStoreException">Something is damaged or missing; the message says what and where.</exception>
    ValueTask<IReadOnlyList<AgentChange>> ReadAsync(int after, CancellationToken cancellationToken);

    /// <summary>Appends a change under its <see cref="AgentChange.Sequence"/>. It is durable when this completes.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the waiting before anything is written.</param>
    /// <returns>False when there is a change with this sequence already; nothing was written then.</returns>
    /// <exception cref="AgentStoreException">It cannot be written, or does not follow what is there.</exception>
    ValueTask<bool> TryAppendAsync(AgentChange change, CancellationToken cancellationToken);
}
