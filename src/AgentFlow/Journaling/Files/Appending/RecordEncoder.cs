using System.Text;

namespace AgentFlow.Journaling.Files;

/// <summary>Turns records into bytes and refuses what is too large, before anything is written. Thread-safe.</summary>
internal sealed class RecordEncoder(RecordLogOptions options)
{
    /// <summary>The longest name of a run or key, in characters: what a run id may have.</summary>
    public const int MaxNameLength = 200;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Encodes records that follow <paramref name="sequence"/>. The caller owns the buffer.</summary>
    public PooledBuffer Encode(string run, string? key, ReadOnlySpan<NewRecord> records, long sequence, long epoch)
    {
        var (runName, keyName) = (Name(run, nameof(run)), key is null ? [] : Name(key, nameof(key)));
        if (key is not null && options.Cipher is null)
        {
            throw new InvalidOperationException($"The payloads of run '{run}' are to be encrypted under key '{key}', but the journal was opened without a cipher.");
        }

        CheckSizes(run, runName.Length + keyName.Length, records, sequence);
        var buffer = new PooledBuffer(RecordHash.Size + records.Length * (RecordView.Overhead + runName.Length + keyName.Length) + records[0].Payload.Length);
        try
        {
            buffer.Take(RecordHash.Size).Clear();
            foreach (ref readonly var record in records)
            {
                sequence++;
                var flags = key is not null ? RecordFlags.Encrypted : RecordFlags.None;
                int start = Begin(buffer, runName, keyName);
                if (flags == RecordFlags.Encrypted) options.Cipher!.Encrypt(new(run, sequence, record.Kind, key!), record.Payload.Span, buffer);
                else buffer.Write(record.Payload.Span);
                End(buffer, start, flags, record, sequence, epoch, runName.Length, keyName.Length);
            }

            // Ciphertext may be larger than what was counted before.
            if (buffer.Length - RecordHash.Size > options.MaxAppendBytes) throw TooLarge(run, buffer.Length - RecordHash.Size);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Encodes the record that says that a run was removed, with the hash its records ended with.</summary>
    public static PooledBuffer EncodeTombstone(string run, RecordHash head, long sequence, long epoch, long time)
    {
        byte[] runName = Name(run, nameof(run));
        var buffer = new PooledBuffer(2 * RecordHash.Size + RecordView.Overhead + runName.Length);
        buffer.Take(RecordHash.Size).Clear();
        int start = Begin(buffer, runName, []);
        buffer.Write(head);
        End(buffer, start, RecordFlags.Tombstone, new NewRecord(0, 0, time, default), sequence, epoch, runName.Length, 0);
        return buffer;
    }

    private static int Begin(PooledBuffer buffer, ReadOnlySpan<byte> run, ReadOnlySpan<byte> key)
    {
        int start = buffer.Length;
        buffer.Take(RecordView.HeadSize);
        buffer.Write(run);
        buffer.Write(key);
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

    private static byte[] Name(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (name.Length > MaxNameLength) throw new ArgumentException($"A name has at most {MaxNameLength} characters; this one has {name.Length}.", parameter);
        try
        {
            return s_strict.GetBytes(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"'{name}' is not valid Unicode: it has half of a surrogate pair.", parameter, e);
        }
    }
}
