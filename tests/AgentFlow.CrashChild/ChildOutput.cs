using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentFlow.CrashChild;

/// <summary>Lines to the parent, each with one call, so that a line is there as a whole or not at all. Console takes longer to start than this whole program.</summary>
internal sealed class ChildOutput : IDisposable
{
    private readonly FileStream _stream = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
    private readonly Lock _lock = new();

    public void Line(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + "\n");
        lock (_lock) _stream.Write(bytes);
    }

    public void Dispose() => _stream.Dispose();
}
