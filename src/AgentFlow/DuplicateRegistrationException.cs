namespace AgentFlow;

/// <summary>Two different things are registered under one name.</summary>
public sealed class DuplicateRegistrationException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What is registered: a model, a flow, a lane, …</param>
    /// <param name="name">The name that both have.</param>
    /// <param name="version">The version that both have, if the kind has versions.</param>
    public DuplicateRegistrationException(string kind, string name, int? version = null)
        : base($"There are two different registrations of {kind} '{name}'{(version is null ? "" : $" version {version}")}. Remove one of them, or give it a name{(version is null ? "" : " or version")} of its own.")
    {
        Kind = kind;
        Name = name;
        Version = version;
    }

    /// <summary>What is registered: a model, a flow, a lane, …</summary>
    public string Kind { get; }

    /// <summary>The name that both have.</summary>
    public string Name { get; }

    /// <summary>The version that both have, if the kind has versions.</summary>
    public int? Version { get; }
}
