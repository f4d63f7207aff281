using System.Diagnostics;
using System.Text.Json;

namespace AgentFlow.Journaling;

/// <summary>
/// One persisted fact about a run. Status, result, cost report, audit and replay are projections of a run's entries.
/// Immutable once appended; may be read from any thread.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class JournalEntry
{
    // There is one of these per effect: small fields share a word.
    private readonly byte _kind;

    private protected ushort AttemptNumber;

    private protected JournalEntry(JournalEntryKind kind, StepPath path)
    {
        _kind = (byte)kind;
        Path = path;
    }

    /// <summary>What the entry states.</summary>
    public JournalEntryKind Kind => (JournalEntryKind)_kind;

    /// <summary>Where in the run it happened.</summary>
    public StepPath Path { get; }

    /// <summary>The position in the run, from 1. Order is promised per run only.</summary>
    public int Sequence { get; internal set; }

    /// <summary>When it was appended, by the runtime's clock.</summary>
    public DateTimeOffset Time => new(Ticks, TimeSpan.Zero);

    /// <summary>Integrity, audience and provenance of the value, or <see langword="null"/> when nothing has labelled it.</summary>
    public Label? Label { get; internal set; }

    /// <summary>The payload: a result, a decision, an answer. <see langword="null"/> when the entry carries none.</summary>
    public virtual object? Value => null;

    internal long Ticks { get; set; }

    /// <summary>What an effect was given, where the outcome says so.</summary>
    internal virtual InputPrint? Given => null;

    /// <summary>What comes before it is edited: the outcome stays all the same.</summary>
    internal virtual void ForgetGiven()
    {
    }

    /// <summary>The link of the run's append-only list.</summary>
    internal JournalEntry? Next;

    /// <summary>Writes <see cref="Value"/> as JSON.</summary>
    internal virtual void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => writer.WriteNullValue();

    /// <summary>The same fact, free to stand in another list.</summary>
    internal JournalEntry Detached()
    {
        var copy = (JournalEntry)MemberwiseClone();
        copy.Next = null;
        return copy;
    }

    /// <summary>A short text after kind and path, for people.</summary>
    private protected virtual string Summary => Value?.ToString() ?? "";

    /// <inheritdoc/>
    public override string ToString() => $"{Sequence} {Kind} {Path} {Summary}".TrimEnd();
}
