using System.Buffers;
using System.Text.Json;

namespace AgentFlow.Journaling;

/// <summary>
/// The history of a run as a file, for people and for tests that replay it. JSON lines, UTF-8: one object per entry, in order, with
/// <c>sequence</c> (from 1), <c>kind</c> (a name of <see cref="JournalEntryKind"/>) and <c>entry</c>, the fields of the entry in the
/// format that the first one names. Values are in it as the journal has them: keep such a file as you keep the journal.
/// </summary>
public static class JournalExport
{
    /// <summary>Writes the history of a run in a journal.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="runId">The run.</param>
    /// <param name="destination">Where to write; stays open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ArgumentException">The journal has no such run.</exception>
    public static async Task WriteAsync(IJournal journal, RunId runId, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var entries = await journal.ReadAsync(runId, 0, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0) throw new ArgumentException($"The journal has no run '{runId}'.", nameof(runId));
        await WriteAsync(entries, destination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the history that these entries are.</summary>
    /// <param name="entries">All entries of a run, in order.</param>
    /// <param name="destination">Where to write; stays open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(IReadOnlyList<StoredEntry> entries, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(destination);
        var line = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(line);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence", entry.Sequence);
            writer.WriteString("kind", entry.Kind.ToString());
            writer.WritePropertyName("entry");
            writer.WriteRawValue(entry.Body.Span);
            writer.WriteEndObject();
            writer.Flush();
            line.Write("\n"u8);
            await destination.WriteAsync(line.WrittenMemory, cancellationToken).ConfigureAwait(false);
            line.ResetWrittenCount();
            writer.Reset();
        }
    }

    /// <summary>Reads a history.</summary>
    /// <param name="source">What was written; stays open.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="JournalFormatException">It is no history, or one of a newer version. The message names the line.</exception>
    public static async Task<IReadOnlyList<StoredEntry>> ReadAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var reader = new StreamReader(source, leaveOpen: true);
        var entries = new List<StoredEntry>();
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0) entries.Add(Read(line, entries.Count + 1));
        }

        if (entries is not [{ Kind: JournalEntryKind.RunStarted }, ..]) throw new JournalFormatException("This is no history of a run: it does not begin with how the run was started.");
        return entries;
    }

    private static StoredEntry Read(string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var (root, entry) = (document.RootElement, document.RootElement.GetProperty("entry"));
            if (root.GetProperty("sequence").GetInt32() != number) throw new FormatException($"it is entry {root.GetProperty("sequence").GetInt32()}");
            var time = new DateTimeOffset(entry.GetProperty("time").GetInt64(), TimeSpan.Zero);
            return new(number, Enum.Parse<JournalEntryKind>(root.GetProperty("kind").GetString()!), time, System.Text.Encoding.UTF8.GetBytes(entry.GetRawText()));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JournalFormatException($"Entry {number} of the history cannot be read: {exception.Message}", exception);
        }
    }
}
