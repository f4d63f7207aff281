namespace AgentFlow;

/// <summary>A text is no cron expression.</summary>
public sealed class CronFormatException : FormatException
{
    internal CronFormatException(string expression, string field, string problem)
        : base($"'{expression}' is no cron expression: {field}: {problem}. Write five fields, for example '30 2 * * mon-fri' for half past two on working days.")
    {
        Expression = expression;
        Field = field;
    }

    /// <summary>The text.</summary>
    public string Expression { get; }

    /// <summary>Which field of it is wrong.</summary>
    public string Field { get; }
}
