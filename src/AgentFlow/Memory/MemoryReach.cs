namespace AgentFlow;

/// <summary>How far a memory reaches.</summary>
public enum MemoryReach
{
    /// <summary>The run that wrote it.</summary>
    Run,

    /// <summary>All runs of one agent for one tenant, whoever the user is.</summary>
    Agent,

    /// <summary>All runs for one user of one tenant, whatever the agent.</summary>
    User,

    /// <summary>All runs for one tenant.</summary>
    Tenant,
}

/// <summary>What a model may do with memory by itself.</summary>
[Flags]
public enum MemoryTools
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Write, with the tool <c>remember</c>.</summary>
    Remember = 1,

    /// <summary>Look up, with the tool <c>recall</c>.</summary>
    Recall = 2,

    /// <summary>Delete a memory by its id, with the tool <c>forget</c>.</summary>
    Forget = 4,
}
