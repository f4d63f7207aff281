using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// The calls whose errors .NET does not pass on: its flush to disk returns normally when the sync failed, its file locks
/// ignore file systems without locks, and it has no sync for directories.
/// </summary>
internal static partial class UnixCalls
{
    private const int ReadWrite = 2;
    private const int ExclusiveNonBlocking = 2 | 4;
    private const int Release = 8;
    private const int MacFullSync = 51;
    private const int Exists = 17;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    public static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Makes a file's content, and what is needed to read it back, durable.</summary>
    public static void SyncData(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsMacOS()) Check(Control(file, MacFullSync), "fcntl(F_FULLFSYNC)", path);
        else Check(DataSync(file), "fdatasync", path);
    }

    public static void SyncDirectory(string path)
    {
        using var directory = OpenExisting(path, 0);
        Check(Sync(directory), "fsync", path);
    }

    /// <summary>Gives a file a second name; false when another file has it.</summary>
    public static bool TryLink(string path, string second)
    {
        if (Link(path, second) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == Exists ? false : throw JournalIOException.From("link", second, error);
    }

    /// <summary>A handle that .NET has not put a lock of its own on.</summary>
    public static SafeFileHandle OpenUnlocked(string path) => OpenExisting(path, ReadWrite);

    /// <summary>0, or the error number.</summary>
    public static int TryLock(SafeFileHandle file) => Lock(file, ExclusiveNonBlocking) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Gives a lock back. A handle that is closed keeps its lock as long as a child that was just forked has a copy of it.</summary>
    public static void Unlock(SafeFileHandle file) => _ = Lock(file, Release);

    private static SafeFileHandle OpenExisting(string path, int access)
    {
        int descriptor = Open(path, access | CloseOnExec);
        Check(descriptor, "open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Check(int result, string operation, string path)
    {
        if (result < 0) throw JournalIOException.From(operation, path, Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string second);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
