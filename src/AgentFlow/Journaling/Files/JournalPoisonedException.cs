namespace AgentFlow.Journaling;

/// <summary>
/// An earlier write or sync of the journal failed, so nothing that follows can be promised to be durable. Every append fails
/// until the journal is closed and opened again; opening keeps what is valid in a fresh file.
/// </summary>
public sealed class JournalPoisonedException : JournalException
{
    internal JournalPoisonedException(string directory, Exception cause)
        : base($"The journal in {directory} takes no more entries, because an earlier write failed: {cause.Message} Close it and open it again.", cause) =>
        Directory = directory;

    /// <summary>The journal's directory.</summary>
    public string Directory { get; }
}
