using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentFlow.Benchmarks;

/// <summary>The least that a durable append costs on this disk: one write and one sync of the data.</summary>
internal sealed partial class BareLog : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[1 << 20];
    private long _offset;

    public BareLog(string directory) => _file = File.OpenHandle(Path.Combine(directory, "bare.log"), FileMode.Create, FileAccess.Write);

    public void Append(int bytes)
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, bytes), _offset);
        _offset += bytes;
        Sync();
    }

    public void Dispose() => _file.Dispose();

    private void Sync()
    {
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(_file);
        else if (Fdatasync(_file) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);
}
