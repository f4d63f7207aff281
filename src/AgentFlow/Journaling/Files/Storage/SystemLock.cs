using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// A lock file, held open and locked as long as the journal is open; the system lets go of it when the process dies. It is
/// never deleted: a deleted one could be locked by two.
/// </summary>
internal static class SystemLock
{
    public static IDisposable Acquire(string path, bool allowUnlocked) =>
        OperatingSystem.IsWindows() ? OnWindows(path) : OnUnix(path, allowUnlocked);

    private static UnixLock OnUnix(string path, bool allowUnlocked)
    {
        string directory = Path.GetDirectoryName(path)!;
        if (!File.Exists(path))
        {
            try
            {
                using var _ = JournalFileSystem.System.Create(path);
            }
            catch (JournalIOException) when (File.Exists(path))
            {
                // Another opener was faster and holds it.
            }
        }

        var handle = UnixCalls.OpenUnlocked(path);
        try
        {
            int error = UnixCalls.TryLock(handle);
            if (error == UnixCalls.WouldBlock) throw new JournalLockedException(directory, Holder(handle));
            if (!allowUnlocked && (error != 0 || !KeepsOthersOut(path))) throw JournalLockedException.NotLockable(directory);
            Sign(handle, path);
            return new UnixLock(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Network file systems may grant the lock to everybody.</summary>
    private static bool KeepsOthersOut(string path)
    {
        using var second = UnixCalls.OpenUnlocked(path);
        return UnixCalls.TryLock(second) == UnixCalls.WouldBlock;
    }

    private static FileStream OnWindows(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new JournalLockedException(Path.GetDirectoryName(path)!, null);
        }
    }

    private static void Sign(SafeFileHandle handle, string path)
    {
        byte[] holder = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}\n"));
        SystemFileSystem.Call("pwrite", path, (handle, holder), static target =>
        {
            RandomAccess.SetLength(target.handle, 0);
            RandomAccess.Write(target.handle, target.holder, 0);
            return 0;
        });
    }

    private sealed class UnixLock(SafeFileHandle handle) : IDisposable
    {
        public void Dispose()
        {
            if (!handle.IsClosed) UnixCalls.Unlock(handle);
            handle.Dispose();
        }
    }

    private static string? Holder(SafeFileHandle handle)
    {
        Span<byte> text = stackalloc byte[512];
        int length = RandomAccess.Read(handle, text, 0);
        return length == 0 ? null : Encoding.UTF8.GetString(text[..length]).Trim();
    }
}
