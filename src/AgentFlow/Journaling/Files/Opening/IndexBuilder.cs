using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AgentFlow.Journaling.Files;

/// <summary>Builds the index from frames in their order and checks every record against the one before it in its run.</summary>
internal sealed class IndexBuilder
{
    private const int MaxNameBytes = 3 * RecordEncoder.MaxNameLength;

    private readonly Dictionary<string, RunState> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunState>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Dictionary<string, JournalCorruptException> _gaps = new(StringComparer.Ordinal);
    private readonly char[] _name = new char[MaxNameBytes];
    private byte[] _scratch = new byte[4096];

    public IndexBuilder() => _lookup = _runs.GetAlternateLookup<ReadOnlySpan<char>>();

    public long Records { get; private set; }

    /// <summary>Adds the records of a frame.</summary>
    public void Add(Segment segment, ReadOnlySpan<byte> body, int bodyOffset, int count)
    {
        var cursor = new RecordCursor(body);
        for (int i = 0; i < count; i++)
        {
            if (!cursor.MoveNext()) throw Damage(segment, bodyOffset + cursor.End, null, "the frame has fewer records than it says");
            Add(segment, cursor.Current, bodyOffset + cursor.Start);
        }

        if (body.Length - cursor.End >= FrameHeader.Alignment) throw Damage(segment, bodyOffset + cursor.End, null, "the frame has more than its records");
        Records += count;
    }

    /// <summary>The index, once all segments are read.</summary>
    /// <exception cref="JournalCorruptException">A run that was not removed misses records.</exception>
    public RunIndex Complete()
    {
        foreach (var (run, gap) in _gaps)
        {
            if (!_runs[run].Durable.IsRemoved) throw gap;
        }

        return new RunIndex(_runs.Values);
    }

    /// <summary>The first run that has a damaged record in the body of a frame, as far as that can still be read.</summary>
    public string? FindDamaged(ReadOnlySpan<byte> body)
    {
        var heads = new Dictionary<string, RecordHash>(StringComparer.Ordinal);
        var cursor = new RecordCursor(body);
        while (cursor.MoveNext())
        {
            if (!TryFind(cursor.Current, out var run)) continue;
            var head = heads.GetValueOrDefault(run.Run, run.Durable.Head);
            if (!IsLinked(cursor.Current, head)) return run.Run;
            heads[run.Run] = new RecordHash(cursor.Current.Hash);
        }

        return null;
    }

    private void Add(Segment segment, in RecordView record, int offset)
    {
        if (!TryFind(record, out var run)) _runs.Add(record.RunName, run = new RunState(record.RunName));
        var tail = run.Durable;
        if (record.Sequence <= tail.Sequence) throw Damage(segment, offset, run.Run, $"entry {record.Sequence} comes after entry {tail.Sequence}");
        if (record.Epoch < tail.Epoch) throw Damage(segment, offset, run.Run, $"entry {record.Sequence} has epoch {record.Epoch} after epoch {tail.Epoch}");
        if (record.Sequence > tail.Sequence + 1)
        {
            // Compaction may have dropped what is missing, if the run turns out to be removed.
            _gaps.TryAdd(run.Run, Damage(segment, offset, run.Run, $"entry {record.Sequence} comes after entry {tail.Sequence}"));
        }
        else if (!IsLinked(record, tail.Head))
        {
            throw Damage(segment, offset, run.Run, $"entry {record.Sequence} does not match its hash");
        }

        run.Publish(new Extent(segment, offset, record.Bytes.Length, record.Sequence, 1), tail.After(record));
        run.Accepted = run.Durable;
    }

    private bool TryFind(in RecordView record, [NotNullWhen(true)] out RunState? run)
    {
        run = null;
        return record.Run.Length <= MaxNameBytes
            && _lookup.TryGetValue(_name.AsSpan(0, Encoding.UTF8.GetChars(record.Run, _name)), out run);
    }

    private bool IsLinked(in RecordView record, in RecordHash previous)
    {
        int length = RecordHash.Size + record.Hashed.Length;
        if (_scratch.Length < length) _scratch = new byte[length * 2];
        ((ReadOnlySpan<byte>)previous).CopyTo(_scratch);
        record.Hashed.CopyTo(_scratch.AsSpan(RecordHash.Size));
        Span<byte> hash = stackalloc byte[RecordHash.Size];
        RecordHash.Compute(_scratch.AsSpan(0, length), hash);
        return hash.SequenceEqual(record.Hash);
    }

    private static JournalCorruptException Damage(Segment segment, int offset, string? run, string what) => new(segment.Path, offset, run, what);
}
