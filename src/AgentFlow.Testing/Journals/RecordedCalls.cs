using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>A call of a tool that a run has recorded.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RecordedToolCall
{
    private readonly JsonSerializerOptions _json;

    internal RecordedToolCall(StepPath path, EffectDetail detail, object? result, string? error, JsonSerializerOptions json)
    {
        _json = json;
        Path = path;
        Tool = detail.Tool!;
        Agent = detail.Agent;
        Arguments = detail.Arguments ?? new Dictionary<string, object?>();
        Result = result;
        Error = error;
    }

    /// <summary>Where in the run.</summary>
    public StepPath Path { get; }

    /// <summary>The name of the tool.</summary>
    public string Tool { get; }

    /// <summary>The agent that called it, or <see langword="null"/>.</summary>
    public string? Agent { get; }

    /// <summary>The arguments by name, as the tool was called with them, after policies and humans: JSON elements, as a rule.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; }

    /// <summary>What the tool returned, or <see langword="null"/> when it failed.</summary>
    public object? Result { get; }

    /// <summary>Why it failed, or <see langword="null"/>.</summary>
    public string? Error { get; }

    /// <summary>An argument as a value of a type.</summary>
    /// <typeparam name="T">The type; JSON is converted with the runtime's serializer options.</typeparam>
    /// <param name="name">The argument's exact name.</param>
    /// <exception cref="FlowAssertionException">There is no such argument, or it is of another type; the message says what there is.</exception>
    public T? Argument<T>(string name)
    {
        if (!Arguments.TryGetValue(name, out var value)) throw new FlowAssertionException($"The call has no argument '{name}': {this}");
        if (value is T typed) return typed;
        if (value is null && default(T) is null) return default;
        try
        {
            if (value is JsonElement element) return element.Deserialize((JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T)));
        }
        catch (JsonException exception)
        {
            throw NoSuch(exception);
        }

        throw NoSuch(null);

        FlowAssertionException NoSuch(Exception? cause) =>
            new($"The argument '{name}' is no {TypeNames.Short(typeof(T))}: {ContentLines.OfValueInLine(value)}", cause);
    }

    /// <summary>The call in one line.</summary>
    public override string ToString() => $"{ContentLines.OfCall(Tool, Arguments)} at '{Path}'";
}

/// <summary>A call of a model that a run has recorded.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RecordedModelCall
{
    internal RecordedModelCall(JournalEntry entry, EffectDetail detail)
    {
        Path = entry.Path;
        Agent = detail.Agent;
        Model = detail.Model;
        Usage = detail.Usage;
        Cost = detail.Cost;
        Response = entry.Value as ChatResponse;
        Error = (entry as EffectFailedEntry)?.Message;
    }

    /// <summary>Where in the run.</summary>
    public StepPath Path { get; }

    /// <summary>The agent that called it, or <see langword="null"/>.</summary>
    public string? Agent { get; }

    /// <summary>The model that answered, or <see langword="null"/>.</summary>
    public string? Model { get; }

    /// <summary>The tokens it used, when it said so.</summary>
    public UsageDetails? Usage { get; }

    /// <summary>What it cost, when the model's price is known.</summary>
    public decimal? Cost { get; }

    /// <summary>What it answered, or <see langword="null"/> when it failed.</summary>
    public ChatResponse? Response { get; }

    /// <summary>Why it failed, or <see langword="null"/>.</summary>
    public string? Error { get; }

    /// <summary>The call in one line.</summary>
    public override string ToString() =>
        $"{Model ?? "a model"} for {Agent ?? "nobody"} at '{Path}': {Error ?? ContentLines.Quote(Response?.Text ?? "")}";
}

/// <summary>A request to a human that a run has recorded.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Decision">The answer, or <see langword="null"/> while it is open.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record RecordedRequest(ApprovalRequest Request, ApprovalDecision? Decision)
{
    /// <summary>What happened to it before it was resolved, in order.</summary>
    public IReadOnlyList<RequestChange> Changes { get; init; } = [];

    /// <summary>The request in one line.</summary>
    public override string ToString() => $"'{Request.Name}' at '{Request.Path}': {Decision?.ToString() ?? "open"}";
}
