namespace AgentFlow.Journaling;

/// <summary>
/// A run's entries in memory: an append-only intrusive list. Appending is wait-free (one exchange); numbering is left to
/// the readers, because the position in the list is the sequence. A mutable struct: keep it in a field and never copy it.
/// </summary>
internal struct EntryList
{
    private readonly JournalEntry _head;
    private JournalEntry _tail;

    public EntryList(JournalEntry first) => _tail = _head = first;

    public readonly JournalEntry First => _head;

    public void Append(JournalEntry entry)
    {
        var previous = Interlocked.Exchange(ref _tail, entry);
        Volatile.Write(ref previous.Next, entry);
    }

    /// <summary>The entry that ends the run, if there is one.</summary>
    public readonly JournalEntry? End()
    {
        for (var entry = _head; entry is not null; entry = Volatile.Read(ref entry.Next))
        {
            if (entry.Kind >= JournalEntryKind.RunCompleted) return entry;
        }

        return null;
    }

    /// <summary>All entries appended before the call, numbered from 1. The end of the run is the last one, whatever raced with it.</summary>
    public List<JournalEntry> Snapshot()
    {
        var last = Volatile.Read(ref _tail);
        var entries = new List<JournalEntry>();
        var spin = default(SpinWait);
        for (var entry = _head; ; entry = entry.Next!)
        {
            entries.Add(entry);
            entry.Sequence = entries.Count;
            if (ReferenceEquals(entry, last) || entry.Kind is >= JournalEntryKind.RunCompleted and <= JournalEntryKind.RunCancelled) return entries;

            // The appender of the next entry has swapped the tail and is about to link it.
            while (Volatile.Read(ref entry.Next) is null) spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
