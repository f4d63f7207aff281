using System.IO.MemoryMappedFiles;
using AgentFlow.Journaling.Files;

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

    /// <summary>Called on the committer's thread when it comes to something.</summary>
    public Action<byte> Entered { get; set; } = _ => { };

    /// <summary>A file system that notes here what the committer does with it.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="isOpen">Whether the log is open.</param>
    public JournalFileSystem Observe(JournalFileSystem files, Func<bool> isOpen)
    {
        return new ObservedFileSystem(files)
        {
            Before = operation =>
            {
                if (IsCommitter()) Before(operation);
            },
            After = operation =>
            {
                if (IsCommitter()) After(operation);
            },
        };

        bool IsCommitter() => isOpen() && Thread.CurrentThread.Name == "AgentFlow journal";
    }

    private void Before(DiskOperation operation) => Enter(operation.ToString() switch
    {
        "Write segment" => Writing,
        "Sync segment" => Syncing,
        _ => Rotating,
    });

    private void After(DiskOperation operation) => Enter(operation.ToString() switch
    {
        "Write segment" => Written,
        "Sync segment" => Idle,
        "SyncDirectory directory" => Idle,
        _ => Rotating,
    });

    private void Enter(byte window)
    {
        _view.Write(0, window);
        Entered(window);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
