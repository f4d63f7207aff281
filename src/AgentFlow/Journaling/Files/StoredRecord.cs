using System.Diagnostics;

namespace AgentFlow.Journaling.Files;

/// <summary>A record as it was read back. Immutable.</summary>
[DebuggerDisplay("{Sequence} kind {Kind}, {Payload.Length} bytes")]
internal sealed record StoredRecord
{
    /// <summary>The position in the run, from 1.</summary>
    public required long Sequence { get; init; }

    public required long Epoch { get; init; }

    public required byte Kind { get; init; }

    public required byte Status { get; init; }

    public required long Time { get; init; }

    /// <summary>The content in clear; empty when <see cref="IsErased"/>.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The name of the key the content is encrypted with, or <see langword="null"/>.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the key is gone. The hash still holds: it covers what is stored.</summary>
    public bool IsErased { get; init; }

    public required RecordHash Hash { get; init; }
}
