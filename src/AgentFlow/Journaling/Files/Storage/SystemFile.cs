using Microsoft.Win32.SafeHandles;

namespace AgentFlow.Journaling.Files;

internal sealed class SystemFile(string path, FileStream stream) : JournalFile(path)
{
    private readonly SafeFileHandle _handle = stream.SafeFileHandle;

    public override long Length => SystemFileSystem.Call("fstat", Path, _handle, static h => RandomAccess.GetLength(h));

    public override void Dispose() => stream.Dispose();

    protected override int WriteSome(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
            return bytes.Length;
        }
        catch (Exception e) when (SystemFileSystem.IsFailure(e))
        {
            throw SystemFileSystem.Failure("pwrite", Path, e);
        }
    }

    protected override int ReadSome(Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, buffer, offset);
        }
        catch (Exception e) when (SystemFileSystem.IsFailure(e))
        {
            throw SystemFileSystem.Failure("pread", Path, e);
        }
    }

    protected override void SyncOnce()
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixCalls.SyncData(_handle, Path);
            return;
        }

        SystemFileSystem.Call("FlushFileBuffers", Path, _handle, static h =>
        {
            RandomAccess.FlushToDisk(h);
            return 0;
        });
    }
}
