namespace AgentFlow.Agents;

/// <summary>The changes of a registry cannot be read or written: something is damaged, missing or out of order, or the disk fails.</summary>
public sealed class AgentStoreException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="place">Where: a file, or the number of a change.</param>
    /// <param name="what">What is wrong there.</param>
    /// <param name="innerException">What it came from.</param>
    public AgentStoreException(string place, string what, Exception? innerException = null)
        : base($"{place}: {what}. Nothing was changed; restore the agent store from a backup if it was damaged.", innerException)
    {
        Place = place;
        What = what;
    }

    /// <summary>Where: a file, or the number of a change.</summary>
    public string Place { get; }

    /// <summary>What is wrong there.</summary>
    public string What { get; }
}
