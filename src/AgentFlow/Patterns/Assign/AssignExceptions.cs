namespace AgentFlow;

/// <summary>Nobody of an <c>Assign</c> is capable of the task.</summary>
public sealed class NoCandidateException : AgentFlowException
{
    internal NoCandidateException(StepPath path, IReadOnlyList<string> capabilities, string known)
        : base($"Nobody in '{path}' is capable of {(capabilities.Count == 0 ? "the task" : string.Join(" and ", capabilities.Select(capability => $"'{capability}'")))}. There are: {known}. Give one of them the capability, To(step, can: […]), or add somebody.")
    {
        Path = path;
        Capabilities = capabilities;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>What was needed.</summary>
    public IReadOnlyList<string> Capabilities { get; }
}

/// <summary>Everybody to whom an <c>Assign</c> gave the task has failed.</summary>
public sealed class AssignmentException : AgentFlowException
{
    internal AssignmentException(StepPath path, IReadOnlyList<FailedParticipant> failures)
        : base($"Everybody to whom '{path}' gave the task has failed: {string.Join(" | ", failures.Select(failure => $"{failure.From}: {failure.ErrorType}: {failure.Message}"))}. Add somebody who is capable, or give them a retry.")
    {
        Path = path;
        Failures = failures;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>Who was tried, in order, and how they failed.</summary>
    public IReadOnlyList<FailedParticipant> Failures { get; }
}
