namespace AgentFlow.Conversations;

/// <summary>
/// Where conversations are kept between runs. Implementations are thread-safe, and write a record as a whole or not at all. They are called
/// inside effects, through the gate.
/// </summary>
public interface ISessionStore
{
    /// <summary>The conversation of an agent in a session; null when there is none yet.</summary>
    /// <param name="key">Which.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    ValueTask<SessionRecord?> ReadAsync(SessionKey key, CancellationToken cancellationToken);

    /// <summary>Replaces a conversation, if nobody has meanwhile: the stored version must be one less than the record's, and 0 stands for none.</summary>
    /// <param name="record">What is kept from now on.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    /// <returns>Whether it was written; false when the stored version is another.</returns>
    ValueTask<bool> TryWriteAsync(SessionRecord record, CancellationToken cancellationToken);

    /// <summary>Deletes a conversation. Nothing happens when there is none.</summary>
    /// <param name="key">Which.</param>
    /// <param name="cancellationToken">Ends the deletion.</param>
    ValueTask DeleteAsync(SessionKey key, CancellationToken cancellationToken);
}

/// <summary>Each agent of a session has a conversation of its own.</summary>
/// <param name="Session">The session, by the host's id.</param>
/// <param name="Agent">The agent's name.</param>
public sealed record SessionKey(string Session, string Agent)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Session}/{Agent}";
}
