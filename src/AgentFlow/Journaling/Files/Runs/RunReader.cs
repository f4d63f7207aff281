using System.Buffers;
using System.Text;

namespace AgentFlow.Journaling.Files;

/// <summary>Reads a run's records from its extents and checks their hashes.</summary>
internal sealed class RunReader(RunIndex index, IPayloadCipher? cipher)
{
    public IEnumerable<StoredRecord> Read(string run, long after)
    {
        var state = index.Find(run);
        if (state is null) yield break;
        RecordHash? head = after == 0 ? default(RecordHash) : null;
        while (true)
        {
            var piece = ReadPiece(state, after, head);
            if (piece.Count == 0) yield break;
            foreach (var record in piece) yield return record;
            (after, head) = (piece[^1].Sequence, piece[^1].Hash);
        }
    }

    /// <summary>The records behind a sequence that lie together.</summary>
    /// <param name="state">The run.</param>
    /// <param name="after">The sequence.</param>
    /// <param name="head">The hash of the record with that sequence, when it is known.</param>
    private List<StoredRecord> ReadPiece(RunState state, long after, RecordHash? head)
    {
        while (true)
        {
            Extent extent;
            Extent? previous;
            lock (state)
            {
                if (!state.TryLocate(after, out extent, out previous)) return [];
            }

            byte[] bytes = ArrayPool<byte>.Shared.Rent(RecordHash.Size + extent.Length);
            try
            {
                var span = bytes.AsSpan(0, RecordHash.Size + extent.Length);
                if (head is { } known && extent.First == after + 1) ((ReadOnlySpan<byte>)known).CopyTo(span);
                else if (previous is { } before) before.Segment.File.Read(span[..RecordHash.Size], before.Offset + before.Length - RecordHash.Size);
                else span[..RecordHash.Size].Clear();
                extent.Segment.File.Read(span[RecordHash.Size..], extent.Offset);
                return Parse(state.Run, span, extent, after);
            }
            catch (ObjectDisposedException) when (IsMoved(state, extent, previous))
            {
                // Compaction has moved the records and closed their old file; the index knows the new one.
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    private static bool IsMoved(RunState state, Extent extent, Extent? previous)
    {
        lock (state) return !state.IsAt(extent) || (previous is { } before && !state.IsAt(before));
    }

    private List<StoredRecord> Parse(string run, Span<byte> bytes, in Extent extent, long after)
    {
        var records = new List<StoredRecord>(extent.Count);
        Span<byte> hash = stackalloc byte[RecordHash.Size];
        int at = RecordHash.Size;
        for (int i = 0; i < extent.Count; i++)
        {
            if (!RecordView.TryRead(bytes[at..], out var record)) throw Damage(run, extent, at, "a record's lengths make no sense");
            RecordHash.Compute(bytes[(at - RecordHash.Size)..(at + record.Hashed.Length)], hash);
            if (!hash.SequenceEqual(record.Hash)) throw Damage(run, extent, at, $"entry {record.Sequence} does not match its hash");
            if (record.Sequence > after) records.Add(Decode(run, record, extent, at));
            at += record.Bytes.Length;
        }

        return records;
    }

    private StoredRecord Decode(string run, in RecordView record, in Extent extent, int at)
    {
        string? key = record.Key.IsEmpty ? null : Encoding.UTF8.GetString(record.Key);
        var (payload, isErased) = record.Flags.HasFlag(RecordFlags.Encrypted)
            ? Decrypt(new(run, record.Sequence, (JournalEntryKind)record.Kind, key ?? throw Damage(run, extent, at, "an encrypted record names no key")), record.Payload)
            : (record.Payload.ToArray(), false);
        return new StoredRecord
        {
            Sequence = record.Sequence,
            Epoch = record.Epoch,
            Kind = record.Kind,
            Status = record.Status,
            Time = record.Time,
            Payload = payload,
            Key = key,
            IsErased = isErased,
            Hash = new RecordHash(record.Hash),
        };
    }

    private (ReadOnlyMemory<byte> Payload, bool IsErased) Decrypt(in PayloadContext context, ReadOnlySpan<byte> stored)
    {
        if (cipher is null) throw new InvalidOperationException($"Entry {context.Sequence} of run '{context.Run}' is encrypted under key '{context.Key}': open the journal with its cipher.");
        var clear = new ArrayBufferWriter<byte>(Math.Max(1, stored.Length));
        return cipher.TryDecrypt(context, stored, clear) ? (clear.WrittenMemory, false) : (default, true);
    }

    private static JournalCorruptException Damage(string run, in Extent extent, int at, string what) =>
        new(extent.Segment.Path, extent.Offset + at - RecordHash.Size, run, what);
}
