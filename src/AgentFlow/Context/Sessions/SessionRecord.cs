using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace AgentFlow.Conversations;

/// <summary>The conversation of an agent in a session, as it stands after a run. Immutable.</summary>
[JsonConverter(typeof(SessionRecordConverter))]
public sealed record SessionRecord
{
    /// <summary>Which conversation.</summary>
    public required SessionKey Key { get; init; }

    /// <summary>How often it was written, from 1; 0 for one that was not.</summary>
    public required long Version { get; init; }

    /// <summary>The user whose session it is.</summary>
    public required string User { get; init; }

    /// <summary>Their tenant; null where the host has none.</summary>
    public string? Tenant { get; init; }

    /// <summary>What was said, without instructions; the oldest may have been left out or summed up.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>The calls that wrote it last, at most 64, by run and path: one that is repeated after a crash finds itself here.</summary>
    public IReadOnlyList<string> Writers { get; init; } = [];

    /// <summary>What everything in it was made from: whoever reads it has seen that.</summary>
    public Label Label { get; init; } = Label.None;

    /// <summary>When it was written, by the runtime's clock.</summary>
    public DateTimeOffset Time { get; init; }
}
