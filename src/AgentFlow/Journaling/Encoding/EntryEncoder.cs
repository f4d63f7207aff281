using System.Buffers;
using System.Text.Json;
using AgentFlow.Approvals;
using Microsoft.Extensions.AI;

namespace AgentFlow.Journaling;

/// <summary>
/// Entries as JSON, format version 1. One object per entry: <c>path</c>, <c>time</c> (UTC ticks of 100 ns), <c>label</c> when there is
/// one, the fields of the kind, and <c>value</c> last. Absent means null or the default.
/// </summary>
internal static class EntryEncoder
{
    public static StoredEntry Encode(JournalEntry entry, JsonSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("path", entry.Path.ToString());
        writer.WriteNumber("time", entry.Ticks);
        if (entry.Label is { } label) WriteLabel(writer, "label", label);
        WriteFields(writer, entry);
        writer.WritePropertyName("value");
        entry.WriteValue(writer, options);
        writer.WriteEndObject();
        writer.Flush();
        return new(entry.Sequence, entry.Kind, entry.Time, buffer.WrittenMemory);
    }

    private static void WriteFields(Utf8JsonWriter writer, JournalEntry entry)
    {
        switch (entry)
        {
            case RunStartedEntry started: WriteStarted(writer, started); break;
            case EffectIntendedEntry intended: writer.WriteNumber("attempt", intended.Attempt); break;
            case EffectCompletedEntry completed:
                writer.WriteString("step", completed.StepName);
                writer.WriteString("type", completed.ResultType);
                writer.WriteNumber("attempt", completed.Attempt);
                Optional(writer, "input", completed.Given?.ToString());
                WriteDetail(writer, completed.Detail);
                break;
            case EffectFailedEntry failed:
                writer.WriteString("step", failed.StepName);
                writer.WriteString("error", failed.ErrorType);
                writer.WriteString("message", failed.Message);
                writer.WriteNumber("attempt", failed.Attempt);
                writer.WriteBoolean("final", failed.IsFinal);
                Optional(writer, "input", failed.Given?.ToString());
                WriteDetail(writer, failed.Detail);
                break;
            case DecisionMadeEntry decision:
                writer.WriteString("decision", decision.Decision.ToString());
                Optional(writer, "type", decision.ChoiceType);
                Optional(writer, "reason", decision.Reason);
                WriteDetail(writer, decision.Detail);
                break;
            case PolicyDecidedEntry policy:
                writer.WriteString("policy", policy.Policy);
                writer.WriteString("operation", policy.Operation.ToString());
                writer.WriteString("phase", policy.Phase.ToString());
                writer.WriteString("effect", policy.Effect.ToString());
                Optional(writer, "reason", policy.Reason);
                break;
            case RequestOpenedEntry opened: WriteRequest(writer, opened.Request); break;
            case RequestResolvedEntry resolved:
                writer.WriteString("request", resolved.RequestId);
                Optional(writer, "type", resolved.ValueType);
                WriteResolution(writer, resolved.Decision);
                break;
            case OperatorActedEntry acted:
                writer.WriteString("act", acted.Act.ToString());
                WritePrincipal(writer, "actor", acted.Actor);
                writer.WriteString("reason", acted.Reason);
                break;
            case RequestChangedEntry changed:
                writer.WriteString("request", changed.RequestId);
                WriteChange(writer, changed.Change);
                break;
            case SignalReceivedEntry signal:
                writer.WriteString("signal", signal.Signal);
                writer.WriteString("type", signal.ValueType);
                Optional(writer, "key", signal.Key);
                if (signal.Actor is { } actor) WritePrincipal(writer, "actor", actor);
                break;
            case StateChangedEntry state:
                writer.WriteString("key", state.Key);
                writer.WriteString("type", state.ValueType);
                if (state.IsUpdate) writer.WriteBoolean("update", true);
                break;
            case TimerEntry timer: writer.WriteNumber("due", timer.Due.UtcTicks); break;
            case RunSuspendedEntry suspended: WriteSuspended(writer, suspended); break;
            case RunContinuedEntry continued: writer.WriteString("successor", continued.Successor.ToString()); break;
            case RunStatusEntry status:
                Optional(writer, "reason", status.Reason);
                Optional(writer, "type", status.ResultType);
                break;
            default: throw new NotSupportedException($"Entries of kind {entry.Kind} have no encoding.");
        }
    }

    private static void WriteStarted(Utf8JsonWriter writer, RunStartedEntry started)
    {
        writer.WriteNumber("format", 1);
        writer.WriteString("run", started.RunId.ToString());
        writer.WriteString("flow", started.FlowName);
        writer.WriteNumber("version", started.FlowVersion);
        writer.WriteString("fingerprint", started.Fingerprint);
        Optional(writer, "structure", started.Flow.Structure);
        Optional(writer, "type", started.InputType);
        Optional(writer, "id", started.Options.Id);
        if (started.Succession is { } succession)
        {
            writer.WriteString("first", succession.First.ToString());
            writer.WriteNumber("generation", succession.Generation);
        }

        if (started.ForkedFrom is { } origin)
        {
            writer.WriteStartObject("forkedFrom");
            writer.WriteString("run", origin.RunId.ToString());
            writer.WriteNumber("entry", origin.Entry);
            if (origin.Root != origin.RunId) writer.WriteString("root", origin.Root.ToString());
            WriteList(writer, "edited", origin.Edited.Select(static path => path.ToString()));
            writer.WriteEndObject();
        }

        if (started.Agents.Count > 0) WriteAgents(writer, started.Agents);
        WritePrincipal(writer, "principal", started.Principal);
        WriteMap(writer, "tags", started.Tags);
        WriteMap(writer, "trace", started.TraceContext);
        if (started.Options.Deadline is { } deadline) writer.WriteNumber("deadline", deadline.Ticks);
        Optional(writer, "session", started.Options.SessionId);
        if (started.Options.MaxEffects is { } limit) writer.WriteNumber("maxEffects", limit);
        if (started.Options.Priority != RunPriority.Normal) writer.WriteString("priority", started.Options.Priority.ToString());
    }

    private static void WriteAgents(Utf8JsonWriter writer, IReadOnlyList<AgentPin> agents)
    {
        writer.WriteStartArray("agents");
        foreach (var pin in agents)
        {
            writer.WriteStartObject();
            writer.WriteString("agent", pin.Agent);
            writer.WriteNumber("version", pin.Version);
            writer.WriteString("hash", pin.Hash);
            if (pin.IsCanary) writer.WriteBoolean("canary", true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteResolution(Utf8JsonWriter writer, ApprovalDecision decision)
    {
        writer.WriteString("outcome", decision.Outcome.ToString());
        if (decision.Actor is { } actor) WritePrincipal(writer, "actor", actor);
        Optional(writer, "reason", decision.Reason);
        Optional(writer, "digest", decision.Digest);
        Optional(writer, "key", decision.Key);
        if (decision.IsByDeadline) writer.WriteBoolean("byDeadline", true);
        WriteList(writer, "approvedBy", decision.ApprovedBy);
    }

    private static void WriteChange(Utf8JsonWriter writer, RequestChange change)
    {
        writer.WriteString("change", change.Kind.ToString());
        if (change.By is { } by) WritePrincipal(writer, "actor", by);
        Optional(writer, "to", change.To);
        Optional(writer, "reason", change.Reason);
    }

    private static void WritePrincipal(Utf8JsonWriter writer, string name, Principal principal)
    {
        writer.WriteStartObject(name);
        writer.WriteString("user", principal.User);
        Optional(writer, "tenant", principal.Tenant);
        Optional(writer, "project", principal.Project);
        WriteList(writer, "scopes", principal.Scopes.Order(StringComparer.Ordinal));
        WriteList(writer, "roles", principal.Roles.Order(StringComparer.Ordinal));
        writer.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter writer, ApprovalRequest request)
    {
        writer.WriteString("request", request.Id);
        writer.WriteString("kind", request.Kind.ToString());
        writer.WriteString("name", request.Name);
        writer.WriteString("askedBy", request.AskedBy);
        writer.WriteString("prompt", request.Prompt);
        writer.WriteNumber("openedAt", request.OpenedAt.UtcTicks);
        Optional(writer, "role", request.Role);
        Optional(writer, "digest", request.Digest.Length == 0 ? null : request.Digest);
        if (request.Terms == RequestTerms.Default) return;
        writer.WriteStartObject("terms");
        if (request.Terms.Quorum > 1) writer.WriteNumber("quorum", request.Terms.Quorum);
        if (request.Terms.NotByAuthor) writer.WriteBoolean("notByAuthor", true);
        if (request.Terms.Deadline is { } deadline) writer.WriteNumber("deadline", deadline.Ticks);
        WriteList(writer, "escalation", request.Terms.Escalation.Select(level => level.ToString()));
        writer.WriteEndObject();
    }

    private static void WriteSuspended(Utf8JsonWriter writer, RunSuspendedEntry suspended)
    {
        Optional(writer, "reason", suspended.Reason);
        writer.WriteString("flow", suspended.Flow.Name);
        writer.WriteNumber("version", suspended.Flow.Version);
        writer.WriteString("fingerprint", suspended.Flow.Fingerprint);
        writer.WriteStartArray("waits");
        foreach (var wait in suspended.Waits)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", wait.Kind.ToString());
            writer.WriteString("path", wait.Path.ToString());
            writer.WriteNumber("date", wait.Date.UtcTicks);
            Optional(writer, "name", wait.Name);
            Optional(writer, "role", wait.Role);
            if (wait.Due is { } due) writer.WriteNumber("due", due.UtcTicks);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDetail(Utf8JsonWriter writer, EffectDetail? detail)
    {
        if (detail is null) return;
        writer.WriteStartObject("detail");
        Optional(writer, "model", detail.Model);
        Optional(writer, "modelReason", detail.ModelReason);
        Optional(writer, "agent", detail.Agent);
        Optional(writer, "tool", detail.Tool);
        Optional(writer, "withheld", detail.Withheld);
        Optional(writer, "error", detail.ErrorType);
        if (detail.IsCached) writer.WriteBoolean("cached", true);
        if (detail.IsRejected) writer.WriteBoolean("rejected", true);
        if (detail.Cost is { } cost) writer.WriteNumber("cost", cost);
        if (detail.Duration is { } duration) writer.WriteNumber("duration", duration.Ticks);
        if (detail.Usage is { } usage)
        {
            writer.WriteNumber("inputTokens", usage.InputTokenCount ?? 0);
            writer.WriteNumber("outputTokens", usage.OutputTokenCount ?? 0);
        }

        if (detail.Arguments is { Count: > 0 } arguments)
        {
            writer.WriteStartObject("arguments");
            foreach (var (name, value) in arguments)
            {
                writer.WritePropertyName(name);
                Payload.Write(writer, value, null, AIJsonUtilities.DefaultOptions);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteLabel(Utf8JsonWriter writer, string name, Label label)
    {
        writer.WritePropertyName(name);
        LabelConverter.Write(writer, label);
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        if (!values.Any()) return;
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) return;
        writer.WriteStartObject(name);
        foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }
}
