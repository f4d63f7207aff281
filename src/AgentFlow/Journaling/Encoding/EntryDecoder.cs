using System.Collections.Frozen;
using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow.Journaling;

/// <summary>Reads what <see cref="EntryEncoder"/> wrote. Unknown kinds and newer formats are refused.</summary>
internal static class EntryDecoder
{
    /// <summary>Decodes an entry.</summary>
    /// <exception cref="JournalFormatException">The body is not of this format.</exception>
    public static JournalEntry Decode(StoredEntry stored)
    {
        if (stored.IsErased) throw new JournalFormatException($"Entry {stored.Sequence} ({stored.Kind}) was erased: the key of its content was destroyed.");
        try
        {
            using var document = JsonDocument.Parse(stored.Body);
            var body = document.RootElement;
            var entry = Read(stored.Kind, StepPath.Parse(body.GetProperty("path").GetString()!), body);
            entry.Sequence = stored.Sequence;
            entry.Ticks = body.GetProperty("time").GetInt64();
            if (body.TryGetProperty("label", out var label)) entry.Label = LabelConverter.Read(label);
            return entry;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JournalFormatException($"Entry {stored.Sequence} ({stored.Kind}) cannot be read: {exception.Message}", exception);
        }
    }

    private static JournalEntry Read(JournalEntryKind kind, StepPath path, JsonElement body) => kind switch
    {
        JournalEntryKind.RunStarted => ReadStarted(path, body),
        JournalEntryKind.EffectIntended => new EffectIntendedEntry(path, body.GetProperty("attempt").GetInt32()),
        JournalEntryKind.EffectCompleted => new StoredEffectCompletedEntry(path, Text(body, "step"), Text(body, "type"), Value(body))
        {
            Attempt = body.GetProperty("attempt").GetInt32(),
            Detail = ReadDetail(body),
        }.With(InputPrint.Parse(Optional(body, "input"))),
        JournalEntryKind.EffectFailed => new EffectFailedEntry(
            path, Text(body, "step"), Text(body, "error"), Text(body, "message"), body.GetProperty("attempt").GetInt32(), body.GetProperty("final").GetBoolean())
        {
            Detail = ReadDetail(body),
        }.With(InputPrint.Parse(Optional(body, "input"))),
        JournalEntryKind.DecisionMade => new StoredDecisionMadeEntry(path, Enumeration<DecisionKind>(body, "decision"), Optional(body, "type"), Value(body), Optional(body, "reason")) { Detail = ReadDetail(body) },
        JournalEntryKind.PolicyDecided => new PolicyDecidedEntry(
            path, Text(body, "policy"), Enumeration<PolicyOperation>(body, "operation"), Enumeration<PolicyPhase>(body, "phase"), Enumeration<PolicyEffect>(body, "effect"), Optional(body, "reason")),
        JournalEntryKind.RequestOpened => new RequestOpenedEntry(path, ReadRequest(path, body)),
        JournalEntryKind.RequestResolved => ReadResolved(path, body),
        JournalEntryKind.OperatorActed => new OperatorActedEntry(path, Enumeration<OperatorAct>(body, "act"), ReadActor(body)!, Text(body, "reason")),
        JournalEntryKind.RequestChanged => new RequestChangedEntry(path, Text(body, "request"), ReadChange(body)),
        JournalEntryKind.SignalReceived => new StoredSignalReceivedEntry(path, Text(body, "signal"), Text(body, "type"), Value(body), Optional(body, "key"), ReadActor(body)),
        JournalEntryKind.StateChanged => new StoredStateChangedEntry(path, Text(body, "key"), Text(body, "type"), Value(body), body.TryGetProperty("update", out _)),
        JournalEntryKind.TimerSet or JournalEntryKind.TimerFired => new TimerEntry(kind, path, Date(body, "due")),
        JournalEntryKind.RunCompleted when Optional(body, "successor") is { } successor => new RunContinuedEntry(path, RunId.Parse(successor)),
        JournalEntryKind.RunCompleted => new RunCompletedEntry<JsonElement>(path, Value(body).ToElement(), Optional(body, "type")),
        JournalEntryKind.RunSuspended => ReadSuspended(path, body),
        JournalEntryKind.RunResumed or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled =>
            new RunStatusEntry(kind, path, Optional(body, "reason")),
        _ => throw new JournalFormatException($"Entries of kind {kind} are unknown to this version of AgentFlow."),
    };

    private static RunStartedEntry<JsonElement> ReadStarted(StepPath path, JsonElement body)
    {
        var format = body.GetProperty("format").GetInt32();
        if (format != 1) throw new JournalFormatException($"The run was written in format {format}; this version of AgentFlow reads format 1.");
        var options = new RunOptions
        {
            Id = Optional(body, "id"),
            Principal = ReadPrincipal(body.GetProperty("principal")),
            Tags = ReadMap(body, "tags"),
            Deadline = body.TryGetProperty("deadline", out var deadline) ? TimeSpan.FromTicks(deadline.GetInt64()) : null,
            SessionId = Optional(body, "session"),
            MaxEffects = body.TryGetProperty("maxEffects", out var limit) ? limit.GetInt32() : null,
            Priority = body.TryGetProperty("priority", out _) ? Enumeration<RunPriority>(body, "priority") : RunPriority.Normal,
            InputLabel = body.TryGetProperty("label", out var label) ? LabelConverter.Read(label) : null,
        };
        return new RunStartedEntry<JsonElement>(path, RunId.Parse(Text(body, "run")), ReadFlow(body), Value(body).ToElement(), options) 
        {
            TraceContext = ReadMap(body, "trace"),
            InputType = Optional(body, "type"),
            Agents = body.TryGetProperty("agents", out var agents) ? [.. agents.EnumerateArray().Select(ReadPin)] : [],
            ForkedFrom = body.TryGetProperty("forkedFrom", out var origin) ? ReadOrigin(origin) : null,
            Succession = Optional(body, "first") is { } first ? new(RunId.Parse(first), body.GetProperty("generation").GetInt32()) : null,
        };
    }

    private static AgentPin ReadPin(JsonElement pin) => new(Text(pin, "agent"), pin.GetProperty("version").GetInt32(), Text(pin, "hash")) { IsCanary = pin.TryGetProperty("canary", out var canary) && canary.GetBoolean() };

    private static RunOrigin ReadOrigin(JsonElement origin)
    {
        var from = RunId.Parse(Text(origin, "run"));
        return new(from, origin.GetProperty("entry").GetInt32())
        {
            Root = Optional(origin, "root") is { } root ? RunId.Parse(root) : from,
            Edited = [.. ReadList(origin, "edited").Select(StepPath.Parse)],
        };
    }

    private static RunSuspendedEntry ReadSuspended(StepPath path, JsonElement body) => new(
        path,
        ReadFlow(body),
        [.. body.GetProperty("waits").EnumerateArray().Select(static wait => new PendingWait(
            Enumeration<WaitKind>(wait, "kind"), StepPath.Parse(Text(wait, "path")), Date(wait, "date"), Optional(wait, "name"), Optional(wait, "role"))
            {
                Due = wait.TryGetProperty("due", out _) ? Date(wait, "due") : null,
            })],
        Optional(body, "reason"));

    private static FlowIdentity ReadFlow(JsonElement body)
    {
        var (fingerprint, structure) = (Text(body, "fingerprint"), Optional(body, "structure"));
        return new(Text(body, "flow"), body.GetProperty("version").GetInt32(), null, () => fingerprint, () => structure);
    }

    private static Principal ReadPrincipal(JsonElement principal) => new(Text(principal, "user"))
    {
        Tenant = Optional(principal, "tenant"),
        Project = Optional(principal, "project"),
        Scopes = ReadList(principal, "scopes").ToFrozenSet(StringComparer.Ordinal),
        Roles = ReadList(principal, "roles").ToFrozenSet(StringComparer.Ordinal),
    };

    private static ApprovalRequest ReadRequest(StepPath path, JsonElement body) => new()
    {
        Id = Text(body, "request"),
        RunId = default,
        Flow = "",
        Path = path,
        Name = Text(body, "name"),
        Kind = Enumeration<RequestKind>(body, "kind"),
        AskedBy = Text(body, "askedBy"),
        Prompt = Text(body, "prompt"),
        Value = Value(body).ToElement(),
        ValueType = typeof(JsonElement),
        AnswerType = typeof(JsonElement),
        Role = Optional(body, "role"),
        Digest = Optional(body, "digest") ?? "",
        Terms = body.TryGetProperty("terms", out var terms) ? ReadTerms(terms) : RequestTerms.Default,
        Principal = Principal.Anonymous,
        OpenedAt = Date(body, "openedAt"),
    };

    private static RequestTerms ReadTerms(JsonElement terms) => new()
    {
        Quorum = terms.TryGetProperty("quorum", out var quorum) ? quorum.GetInt32() : 1,
        NotByAuthor = terms.TryGetProperty("notByAuthor", out _),
        Deadline = terms.TryGetProperty("deadline", out var deadline) ? TimeSpan.FromTicks(deadline.GetInt64()) : null,
        Escalation = [.. ReadList(terms, "escalation").Select(Escalation.Parse)],
    };

    private static RequestChange ReadChange(JsonElement body) => new(Enumeration<RequestChangeKind>(body, "change"), ReadActor(body))
    {
        To = Optional(body, "to"),
        Reason = Optional(body, "reason"),
    };

    private static Principal? ReadActor(JsonElement body) => body.TryGetProperty("actor", out var actor) ? ReadPrincipal(actor) : null;

    private static RequestResolvedEntry ReadResolved(StepPath path, JsonElement body) => new(
        path,
        Text(body, "request"),
        ApprovalDecision.Recorded(Enumeration<ApprovalOutcome>(body, "outcome"), Value(body).ToElement(), ReadActor(body), Optional(body, "reason")) with
        {
            Digest = Optional(body, "digest"),
            Key = Optional(body, "key"),
            IsByDeadline = body.TryGetProperty("byDeadline", out _),
            ApprovedBy = [.. ReadList(body, "approvedBy")],
        },
        typeof(JsonElement),
        Optional(body, "type"));

    private static EffectDetail? ReadDetail(JsonElement body)
    {
        if (!body.TryGetProperty("detail", out var detail)) return null;
        return new EffectDetail
        {
            Model = Optional(detail, "model"),
            ModelReason = Optional(detail, "modelReason"),
            Agent = Optional(detail, "agent"),
            Tool = Optional(detail, "tool"),
            Withheld = Optional(detail, "withheld"),
            ErrorType = Optional(detail, "error"),
            IsCached = detail.TryGetProperty("cached", out var cached) && cached.GetBoolean(),
            IsRejected = detail.TryGetProperty("rejected", out var rejected) && rejected.GetBoolean(),
            Duration = detail.TryGetProperty("duration", out var duration) ? TimeSpan.FromTicks(duration.GetInt64()) : null,
            Cost = detail.TryGetProperty("cost", out var cost) ? cost.GetDecimal() : null,
            Usage = detail.TryGetProperty("inputTokens", out var input)
                ? new UsageDetails { InputTokenCount = input.GetInt64(), OutputTokenCount = detail.GetProperty("outputTokens").GetInt64() }
                : null,
            Arguments = detail.TryGetProperty("arguments", out var arguments)
                ? arguments.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value.Clone(), StringComparer.Ordinal)
                : null,
        };
    }

    private static IEnumerable<string> ReadList(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    private static FrozenDictionary<string, string> ReadMap(JsonElement element, string name) => element.TryGetProperty(name, out var map)
        ? map.EnumerateObject().ToFrozenDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal)
        : FrozenDictionary<string, string>.Empty;

    private static Payload Value(JsonElement body) => new(System.Text.Encoding.UTF8.GetBytes(body.GetProperty("value").GetRawText()));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string? Optional(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset Date(JsonElement element, string name) => new(element.GetProperty(name).GetInt64(), TimeSpan.Zero);

    private static T Enumeration<T>(JsonElement element, string name)
        where T : struct, Enum => Enum.Parse<T>(Text(element, name));
}

/// <summary>Stored entries are not of a format that this version reads.</summary>
public sealed class JournalFormatException : AgentFlowException
{
    internal JournalFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
