namespace AgentFlow.Journaling.Files;

/// <summary>An open file. Reading is thread-safe, writing is left to one thread at a time.</summary>
internal abstract class JournalFile(string path) : IDisposable
{
    // EINTR has one number on every Unix; Windows has no such outcome.
    private const int Interrupted = 4;
    private const int NoProgress = 5;

    public string Path { get; } = path;

    public abstract long Length { get; }

    /// <summary>Writes all bytes at the offset.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int written;
            try
            {
                written = WriteSome(bytes, offset);
            }
            catch (JournalIOException interrupted) when (interrupted.ErrorNumber == Interrupted)
            {
                continue;
            }

            if (written <= 0) throw JournalIOException.From("pwrite", Path, NoProgress);
            bytes = bytes[written..];
            offset += written;
        }
    }

    /// <summary>Fills the buffer from the offset on.</summary>
    /// <exception cref="JournalCorruptException">The file ends before.</exception>
    public void Read(Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int read = ReadSome(buffer, offset);
            if (read == 0) throw new JournalCorruptException(Path, offset, null, "the file ends here");
            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <summary>Makes what was written durable. After a failure nothing is known about the file's content on the disk.</summary>
    public void Sync()
    {
        while (true)
        {
            try
            {
                SyncOnce();
                return;
            }
            catch (JournalIOException interrupted) when (interrupted.ErrorNumber == Interrupted)
            {
                // A signal came first; the sync has not failed and is asked for again.
            }
        }
    }

    public abstract void Dispose();

    /// <summary>Writes at least one byte.</summary>
    protected abstract int WriteSome(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Reads at least one byte, or none at the end of the file.</summary>
    protected abstract int ReadSome(Span<byte> buffer, long offset);

    protected abstract void SyncOnce();
}
