using System.IO.MemoryMappedFiles;

namespace AgentFlow.CrashChild;

/// <summary>What the committer was doing when the process died: one byte in a shared file, which survives the process.</summary>
internal sealed class ChildWindow : IDisposable
{
    public const byte Idle = 0;
    public const byte Writing = 1;
    public const byte Written = 2;
    public const byte Syncing = 3;
    public const byte Rotating = 4;
    public const byte Count = 5;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public ChildWindow(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, 1);
        _view = _file.CreateViewAccessor(0, 1);
    }

    public void Before(DiskOperation operation) => _view.Write(0, operation.ToString() switch
    {
        "Write segment" => Writing,
        "Sync segment" => Syncing,
        _ => Rotating,
    });

    public void After(DiskOperation operation) => _view.Write(0, operation.ToString() switch
    {
        "Write segment" => Written,
        "Sync segment" => Idle,
        "SyncDirectory directory" => Idle,
        _ => Rotating,
    });

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
