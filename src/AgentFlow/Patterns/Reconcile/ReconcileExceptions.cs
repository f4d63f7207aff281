namespace AgentFlow;

/// <summary>The results of a <c>Reconcile</c> do not agree, and nobody is there to decide between them.</summary>
public sealed class DisagreementException : AgentFlowException
{
    internal DisagreementException(StepPath path, string reason, IReadOnlyList<string> fields)
        : base($"The results of '{path}' do not agree: {reason}. Give it a Judge or an Ask to decide, a lower share that must agree, or a rule for ties.")
    {
        Path = path;
        Reason = reason;
        Fields = fields;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>How they stand to each other.</summary>
    public string Reason { get; }

    /// <summary>The disputed fields; empty where whole results were compared.</summary>
    public IReadOnlyList<string> Fields { get; }
}

/// <summary>Too few participants of a <c>Reconcile</c> have a result.</summary>
public sealed class TooFewResultsException : AgentFlowException
{
    internal TooFewResultsException(StepPath path, int needed, int results, IReadOnlyList<FailedParticipant> failures)
        : base($"'{path}' has {results} result{(results == 1 ? "" : "s")} and needs {needed}.{(failures.Count == 0 ? "" : $" Failed: {string.Join(" | ", failures.Select(failure => $"{failure.From}: {failure.ErrorType}: {failure.Message}"))}.")} Demand fewer, AtLeast(n), or give the participants a retry or a fallback.")
    {
        Path = path;
        Needed = needed;
        Results = results;
        Failures = failures;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>How many results it needs.</summary>
    public int Needed { get; }

    /// <summary>How many it has.</summary>
    public int Results { get; }

    /// <summary>The participants that failed.</summary>
    public IReadOnlyList<FailedParticipant> Failures { get; }
}
