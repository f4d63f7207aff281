namespace AgentFlow;

/// <summary>An option has a value that AgentFlow cannot work with. Thrown when the options are frozen, before anything runs.</summary>
public sealed class InvalidOptionException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="option">The option as the host wrote it, for example <c>SchedulerOptions.MaxQueuedRuns</c>.</param>
    /// <param name="value">The offending value.</param>
    /// <param name="cure">One sentence that says which value to use instead.</param>
    public InvalidOptionException(string option, object? value, string cure)
        : base($"{option} is {value ?? "null"}. {cure}")
    {
        Option = option;
        Value = value;
    }

    /// <summary>The option as the host wrote it, for example <c>SchedulerOptions.MaxQueuedRuns</c>.</summary>
    public string Option { get; }

    /// <summary>The offending value.</summary>
    public object? Value { get; }
}
