using AgentFlow.Approvals;

namespace AgentFlow.Journaling;

/// <summary>The run was accepted. The first entry of every run.</summary>
public sealed class RunStartedEntry : JournalEntry
{
    internal RunStartedEntry(StepPath path, RunId runId, Step flow, object? input, RunOptions options)
        : base(JournalEntryKind.RunStarted, path)
    {
        RunId = runId;
        Flow = flow;
        Options = options;
        Value = input;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>The name of the flow.</summary>
    public string FlowName => Flow.Name;

    /// <summary>The flow's version, from 1.</summary>
    public int FlowVersion => ((IFlowDefinition)Flow).Version;

    /// <summary>The flow's structural fingerprint: verbs, names, types, bounds, case keys and options, no lambdas and no instructions.</summary>
    public string Fingerprint => ((IFlowDefinition)Flow).Fingerprint;

    /// <summary>On whose behalf the run acts.</summary>
    public Principal Principal => Options.Principal;

    /// <summary>The run's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => Options.Tags;

    /// <summary>The W3C trace context of the caller, by header name; empty without one.</summary>
    public IReadOnlyDictionary<string, string> TraceContext { get; internal init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    /// <summary>The flow's input.</summary>
    public override object? Value { get; }

    internal Step Flow { get; }

    internal RunOptions Options { get; }

    private protected override string Summary => $"{FlowName} v{FlowVersion} {RunId}";
}

/// <summary>A run was suspended, resumed, completed, failed or cancelled.</summary>
public sealed class RunStatusEntry : JournalEntry
{
    internal RunStatusEntry(JournalEntryKind kind, StepPath path, object? value = null, string? reason = null)
        : base(kind, path)
    {
        Value = value;
        Reason = reason;
    }

    /// <summary>The result of a completed run.</summary>
    public override object? Value { get; }

    /// <summary>Why: the error of a failed run, the reason of a cancelled or suspended one.</summary>
    public string? Reason { get; }

    private protected override string Summary => Reason ?? Value?.ToString() ?? "";
}

/// <summary>Somebody is asked to approve or to answer.</summary>
public sealed class RequestOpenedEntry : JournalEntry
{
    internal RequestOpenedEntry(StepPath path, ApprovalRequest request)
        : base(JournalEntryKind.RequestOpened, path) => Request = request;

    /// <summary>What is asked.</summary>
    public ApprovalRequest Request { get; }

    private protected override string Summary => Request.ToString();
}

/// <summary>A request was answered or withdrawn. Exactly one per request.</summary>
public sealed class RequestResolvedEntry : JournalEntry
{
    internal RequestResolvedEntry(StepPath path, string requestId, ApprovalDecision decision)
        : base(JournalEntryKind.RequestResolved, path)
    {
        RequestId = requestId;
        Decision = decision;
    }

    /// <summary>Which request.</summary>
    public string RequestId { get; }

    /// <summary>The answer.</summary>
    public ApprovalDecision Decision { get; }

    /// <inheritdoc/>
    public override object? Value => Decision.Value;

    private protected override string Summary => Decision.ToString();
}

/// <summary>A wait until a date began, or its date came.</summary>
public sealed class TimerEntry : JournalEntry
{
    internal TimerEntry(JournalEntryKind kind, StepPath path, DateTimeOffset due)
        : base(kind, path) => Due = due;

    /// <summary>The date.</summary>
    public DateTimeOffset Due { get; }

    private protected override string Summary => Due.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
