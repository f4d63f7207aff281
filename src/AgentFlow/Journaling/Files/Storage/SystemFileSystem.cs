using System.Runtime.InteropServices;

namespace AgentFlow.Journaling.Files;

/// <summary>The operating system's files. Only the owner of the process can read what it creates.</summary>
internal sealed class SystemFileSystem : JournalFileSystem
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    public override void CreateDirectory(string directory)
    {
        string full = Path.GetFullPath(directory);
        if (Directory.Exists(full)) return;
        string? parent = Path.GetDirectoryName(full);
        if (parent is not null) CreateDirectory(parent);
        Call("mkdir", full, full, static path => OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, OwnerDirectory));
        if (parent is not null) SyncDirectory(parent);
    }

    public override IReadOnlyList<string> List(string directory) =>
        Call("readdir", directory, directory, static path => Directory.GetFiles(path).Select(file => Path.GetFileName(file)).ToArray());

    public override JournalFile Create(string path) => OpenFile(path, FileMode.Create);

    public override JournalFile Open(string path) => OpenFile(path, FileMode.Open);

    public override void Rename(string from, string to) => Call("rename", from, (from, to), static names =>
    {
        File.Move(names.from, names.to, overwrite: true);
        return 0;
    });

    public override void Delete(string path) => Call("unlink", path, path, static name =>
    {
        File.Delete(name);
        return 0;
    });

    public override void SyncDirectory(string directory)
    {
        // Windows has no documented call for it; NTFS journals its names by itself.
        if (!OperatingSystem.IsWindows()) UnixCalls.SyncDirectory(directory);
    }

    public override IDisposable Lock(string path, bool allowUnlocked) => SystemLock.Acquire(path, allowUnlocked);

    /// <summary>Whether the exception is how .NET reports a failed call on a file.</summary>
    public static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static JournalIOException Failure(string operation, string path, Exception exception)
    {
        var io = exception as IOException ?? exception.InnerException as IOException;
        int error = io?.HResult ?? exception.HResult;

        // On Windows the low half of the HResult is the error number; on Unix the HResult of a raw failure is the number itself.
        return JournalIOException.From(operation, path, (error & 0xFFFF0000) == 0x80070000 ? error & 0xFFFF : error, exception);
    }

    public static TResult Call<T, TResult>(string operation, string path, T argument, Func<T, TResult> call)
    {
        try
        {
            return call(argument);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failure(operation, path, e);
        }
    }

    private static SystemFile OpenFile(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (mode == FileMode.Create && !OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return Call("open", path, options, o => new SystemFile(path, new FileStream(path, o)));
    }
}
