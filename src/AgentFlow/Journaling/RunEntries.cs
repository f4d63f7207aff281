using System.Collections.Frozen;
using System.Text.Json;
using AgentFlow.Approvals;

namespace AgentFlow.Journaling;

/// <summary>The run was accepted. The first entry of every run.</summary>
public abstract class RunStartedEntry : JournalEntry
{
    private protected RunStartedEntry(StepPath path, RunId runId, FlowIdentity flow, RunOptions options)
        : base(JournalEntryKind.RunStarted, path)
    {
        RunId = runId;
        Flow = flow;
        Options = options;
        Label = options.InputLabel;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>The name of the flow.</summary>
    public string FlowName => Flow.Name;

    /// <summary>The flow's version, from 1.</summary>
    public int FlowVersion => Flow.Version;

    /// <summary>The flow's structural fingerprint: verbs, names, types, bounds, case keys and options, no lambdas and no instructions.</summary>
    public string Fingerprint => Flow.Fingerprint;

    /// <summary>On whose behalf the run acts.</summary>
    public Principal Principal => Options.Principal;

    /// <summary>The run's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => Options.Tags;

    /// <summary>The W3C trace context of the caller, by header name; empty without one.</summary>
    public IReadOnlyDictionary<string, string> TraceContext { get; internal init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The run that this one was forked off, and where; <see langword="null"/> when it began at its beginning.</summary>
    public RunOrigin? ForkedFrom { get; internal init; }

    /// <summary>The versions of registered agents that the run uses to its end; empty when its flow refers to none.</summary>
    public IReadOnlyList<AgentPin> Agents { get; internal init; } = [];

    /// <summary>The type of the input as a reader would write it; null when a store has not kept it.</summary>
    internal string? InputType { get; init; }

    internal FlowIdentity Flow { get; }

    /// <summary>Which of the runs that continue one another it is; null for the first.</summary>
    internal Succession? Succession { get; init; }

    internal RunOptions Options { get; }

    private protected override string Summary => $"{FlowName} v{FlowVersion} {RunId}{(Agents.Count == 0 ? "" : $" with {string.Join(", ", Agents)}")}";
}

internal sealed class RunStartedEntry<T>(StepPath path, RunId runId, FlowIdentity flow, T input, RunOptions options)
    : RunStartedEntry(path, runId, flow, options)
{
    /// <summary>The flow's input; the JSON of it when the entry was read from a store.</summary>
    public T Input { get; } = input;

    public override object? Value => Input;

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, Input, options);
}

/// <summary>A run was suspended, resumed, completed, failed or cancelled.</summary>
public class RunStatusEntry : JournalEntry
{
    internal RunStatusEntry(JournalEntryKind kind, StepPath path, string? reason = null)
        : base(kind, path) => Reason = reason is null ? null : EntryText.Cut(reason);

    /// <summary>The type of the result of a completed run; null of others, and when a store has not kept it.</summary>
    internal virtual string? ResultType => null;

    /// <summary>Why: the error of a failed run, the reason of a cancelled or suspended one.</summary>
    public string? Reason { get; }

    private protected override string Summary => Reason ?? Value?.ToString() ?? "";
}

/// <summary>The run yielded its result.</summary>
internal sealed class RunCompletedEntry<T>(StepPath path, T result, string? type = null) : RunStatusEntry(JournalEntryKind.RunCompleted, path)
{
    internal override string? ResultType => type;

    public override object? Value => result;

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, result, options);
}

/// <summary>Somebody is asked to approve or to answer.</summary>
public sealed class RequestOpenedEntry : JournalEntry
{
    internal RequestOpenedEntry(StepPath path, ApprovalRequest request)
        : base(JournalEntryKind.RequestOpened, path) => Request = request;

    /// <summary>What is asked.</summary>
    public ApprovalRequest Request { get; }

    private protected override string Summary => Request.ToString();

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, Request.Value, Request.ValueType, options);
}

/// <summary>A request was claimed, released, delegated, escalated, or approved by one of several.</summary>
public sealed class RequestChangedEntry : JournalEntry
{
    private readonly RequestChange _change;

    internal RequestChangedEntry(StepPath path, string requestId, RequestChange change)
        : base(JournalEntryKind.RequestChanged, path)
    {
        RequestId = requestId;
        _change = change;
    }

    /// <summary>Which request.</summary>
    public string RequestId { get; }

    /// <summary>What happened to it.</summary>
    public RequestChange Change => _change with { Time = Time };

    /// <summary>The same of the request in another run.</summary>
    internal RequestChangedEntry Under(string requestId) => new(Path, requestId, _change);

    private protected override string Summary => Change.ToString();
}

/// <summary>A request was answered or withdrawn. Exactly one per request.</summary>
public sealed class RequestResolvedEntry : JournalEntry
{
    private readonly Type? _valueType;

    internal RequestResolvedEntry(StepPath path, string requestId, ApprovalDecision decision, Type? valueType, string? recordedType = null)
        : base(JournalEntryKind.RequestResolved, path)
    {
        var isTyped = decision.Value is not null && valueType is not null && valueType != typeof(JsonElement);
        ValueType = recordedType ?? (isTyped ? TypeNames.Short(valueType!) : null);
        RequestId = requestId;
        Decision = decision;
        _valueType = valueType;
    }

    /// <summary>Which request.</summary>
    public string RequestId { get; }

    /// <summary>The answer.</summary>
    public ApprovalDecision Decision { get; }

    /// <inheritdoc/>
    public override object? Value => Decision.Value;

    /// <summary>The type of the value as a reader would write it; null when there is none, or a store has not kept it.</summary>
    internal string? ValueType { get; }

    /// <summary>The same answer to the request in another run.</summary>
    internal RequestResolvedEntry Under(string requestId) => new(Path, requestId, Decision, _valueType, ValueType);

    private protected override string Summary => Decision.ToString();

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, Decision.Value, _valueType, options);
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
