namespace AgentFlow;

/// <summary>A run cannot be forked as asked: there is no such run or entry, or an edit does not fit what is recorded. No run was started.</summary>
public sealed class ForkException : AgentFlowException
{
    internal ForkException(RunId runId, string? path, string message)
        : base(path is null ? $"Run {runId} cannot be forked: {message}" : $"Run {runId} cannot be forked, '{path}': {message}")
    {
        RunId = runId;
        Path = path;
    }

    /// <summary>The run that was to be forked.</summary>
    public RunId RunId { get; }

    /// <summary>The place of the edit that does not fit; <see langword="null"/> when it is none.</summary>
    public string? Path { get; }
}
