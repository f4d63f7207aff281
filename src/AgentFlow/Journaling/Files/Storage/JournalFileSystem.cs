namespace AgentFlow.Journaling.Files;

/// <summary>
/// The file operations of a journal, about one system call each, so that tests can record, fail and lose them. A failure is a
/// <see cref="JournalIOException"/>. Names are paths; thread-safe.
/// </summary>
internal abstract class JournalFileSystem
{
    public static JournalFileSystem System { get; } = new SystemFileSystem();

    /// <summary>Creates the directory and its missing parents, each made durable in its own parent.</summary>
    public abstract void CreateDirectory(string directory);

    /// <summary>The names of the files in a directory, in no order.</summary>
    public abstract IReadOnlyList<string> List(string directory);

    /// <summary>An empty file to write; one that exists is emptied.</summary>
    public abstract JournalFile Create(string path);

    /// <summary>A file that exists, to read and write.</summary>
    public abstract JournalFile Open(string path);

    /// <summary>Gives a file another name, replacing what had it. Durable only after <see cref="SyncDirectory"/>.</summary>
    public abstract void Rename(string from, string to);

    public abstract void Delete(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    public abstract void SyncDirectory(string directory);

    /// <summary>Keeps every other writer out until the result is disposed.</summary>
    /// <exception cref="JournalLockedException">Another writer holds the lock, or the file system cannot lock.</exception>
    public abstract IDisposable Lock(string path, bool allowUnlocked);
}
