namespace AgentFlow.Journaling;

/// <summary>
/// The run has as many entries as the runtime allows, and asked for something that would be another one. Nothing was started and
/// nothing written; what was under way before is still recorded. Nothing in a flow handles it: the run fails.
/// </summary>
public sealed class HistoryLimitException : JournalException
{
    internal HistoryLimitException(RunId runId, StepPath path, int limit)
        : base($"Run {runId} cannot go on at '{path}': it has {limit} entries, FlowRuntimeOptions.MaxEntries allows no more. A flow that goes on for ever ends its run with FlowContext.ContinueAsNew from time to time; one that needs so many raises the limit.")
    {
        RunId = runId;
        Path = path;
        Limit = limit;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>What was not started.</summary>
    public StepPath Path { get; }

    /// <summary>What <see cref="FlowRuntimeOptions.MaxEntries"/> allows.</summary>
    public int Limit { get; }
}
