namespace AgentFlow;

/// <summary>Two parallel branches wrote one key of the run's state, and no rule says what it is afterwards.</summary>
public sealed class StateConflictException : AgentFlowException
{
    internal StateConflictException(string key, StepPath first, StepPath second, bool isReducible)
        : base($"State '{key}' was written by two parallel branches: '{first}' and '{second}'. " + (isReducible
            ? "Use UpdateStateAsync in both: SetStateAsync replaces what the other branch has written."
            : $"Give the key a rule, StateKey.Create(\"{key}\", Reduce.Last(…)) for example, and use UpdateStateAsync; or write it after the join."))
    {
        Key = key;
        First = first;
        Second = second;
    }

    /// <summary>The name of the key.</summary>
    public string Key { get; }

    /// <summary>One write.</summary>
    public StepPath First { get; }

    /// <summary>The other.</summary>
    public StepPath Second { get; }
}

/// <summary>A name of the run's state stands for values of two types.</summary>
public sealed class StateTypeException : AgentFlowException
{
    internal StateTypeException(string key, Type written, Type asked, StepPath path)
        : base($"State '{key}' holds a {TypeNames.Short(written)}, written at '{path}', and was asked for as {TypeNames.Short(asked)}. Use one StateKey for it, or two names.")
    {
        Key = key;
        Written = written;
        Asked = asked;
    }

    /// <summary>The name of the key.</summary>
    public string Key { get; }

    /// <summary>The type of the value.</summary>
    public Type Written { get; }

    /// <summary>The type it was asked for as.</summary>
    public Type Asked { get; }
}
