using System.Text;

namespace AgentFlow.Journaling.Files;

/// <summary>Turns records into bytes and refuses what is too large, before anything is written. Thread-safe.</summary>
internal sealed class RecordEncoder(RecordLogOptions options)
{
    /// <summary>The longest name of a run or key, in characters: what a run id may have.</summary>
    public const int MaxNameLength = 200;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public BufferPool Pool { get; } = new();

    /// <summary>Encodes records that follow <paramref name="sequence"/>. The caller owns the buffer.</summary>
    public PooledBuffer Encode(string run, string? key, ReadOnlySpan<NewRecord> records, long sequence, long epoch)
    {
        int runLength = LengthOf(run, nameof(run));
        int keyLength = key is null ? 0 : LengthOf(key, nameof(key));
        if (key is not null && options.Cipher is null)
        {
            throw new InvalidOperationException($"The payloads of run '{run}' are to be encrypted under key '{key}', but the journal was opened without a cipher.");
        }

        CheckSizes(run, runLength + keyLength, records, sequence);
        var buffer = Pool.Rent();
        try
        {
            buffer.Take(RecordHash.Size).Clear();
            foreach (ref readonly var record in records)
            {
                sequence++;
                var flags = key is not null ? RecordFlags.Encrypted : RecordFlags.None;
                int start = Begin(buffer, run, runLength, key, keyLength);
                if (flags == RecordFlags.Encrypted) options.Cipher!.Encrypt(new(run, sequence, (JournalEntryKind)record.Kind, key!), record.Payload.Span, buffer);
                else buffer.Write(record.Payload.Span);
                End(buffer, start, flags, record, sequence, epoch, runLength, keyLength);
            }

            // Ciphertext may be larger than what was counted before.
            if (buffer.Length - RecordHash.Size > options.MaxAppendBytes) throw TooLarge(run, buffer.Length - RecordHash.Size);
            return buffer;
        }
        catch
        {
            Pool.Return(buffer);
            throw;
        }
    }

    /// <summary>Encodes the record that says that a run was removed, with the hash its records ended with.</summary>
    public PooledBuffer EncodeTombstone(string run, RecordHash head, long sequence, long epoch, long time)
    {
        int runLength = LengthOf(run, nameof(run));
        var buffer = Pool.Rent();
        buffer.Take(RecordHash.Size).Clear();
        int start = Begin(buffer, run, runLength, null, 0);
        buffer.Write(head);
        End(buffer, start, RecordFlags.Tombstone, new NewRecord(0, 0, time, default), sequence, epoch, runLength, 0);
        return buffer;
    }

    private static int Begin(PooledBuffer buffer, string run, int runLength, string? key, int keyLength)
    {
        int start = buffer.Length;
        buffer.Take(RecordView.HeadSize);
        s_strict.GetBytes(run, buffer.Take(runLength));
        s_strict.GetBytes(key, buffer.Take(keyLength));
        return start;
    }

    private static void End(
        PooledBuffer buffer, int start, RecordFlags flags, in NewRecord record, long sequence, long epoch, int runLength, int keyLength)
    {
        buffer.Take(RecordHash.Size).Clear();
        var bytes = buffer.Written[start..];
        RecordView.WriteHead(bytes, bytes.Length, flags, record, sequence, epoch, runLength, keyLength);
    }

    private void CheckSizes(string run, int names, ReadOnlySpan<NewRecord> records, long sequence)
    {
        if (records.IsEmpty) throw new ArgumentException("An append has at least one record.", nameof(records));
        long total = 0;
        for (int i = 0; i < records.Length; i++)
        {
            int payload = records[i].Payload.Length;
            if (payload > options.MaxPayloadBytes)
            {
                throw new JournalPayloadTooLargeException(RunId.Parse(run), $"the payload of entry {sequence + i + 1}", payload, options.MaxPayloadBytes);
            }

            total += RecordView.Overhead + names + payload;
        }

        if (total > options.MaxAppendBytes) throw TooLarge(run, total);
    }

    private JournalPayloadTooLargeException TooLarge(string run, long bytes) => new(RunId.Parse(run), "one append", bytes, options.MaxAppendBytes);

    private static int LengthOf(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (name.Length > MaxNameLength) throw new ArgumentException($"A name has at most {MaxNameLength} characters; this one has {name.Length}.", parameter);
        try
        {
            return s_strict.GetByteCount(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"'{name}' is not valid Unicode: it has half of a surrogate pair.", parameter, e);
        }
    }
}
