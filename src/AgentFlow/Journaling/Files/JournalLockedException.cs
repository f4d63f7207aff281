namespace AgentFlow.Journaling;

/// <summary>The journal's directory is open in another process, or twice in this one, or cannot be locked at all.</summary>
public sealed class JournalLockedException : JournalException
{
    internal JournalLockedException(string directory, string? holder)
        : base($"The journal in {directory} is open in {holder ?? "another process"}. A directory has one writer: close the other one, or use another directory.")
    {
        Directory = directory;
        Holder = holder;
    }

    private JournalLockedException(string directory, string message, bool lockable)
        : base(message)
    {
        Directory = directory;
        IsLockable = lockable;
    }

    internal static JournalLockedException NotLockable(string directory) => new(
        directory,
        $"The file system of {directory} does not keep a second writer out. Use a local disk, or allow an unlocked journal if nothing else can write there.",
        lockable: false);

    internal static JournalLockedException TakenOver(string directory) => new(
        directory, $"The journal in {directory} was opened by somebody else in spite of its lock. This writer stops.", lockable: true);

    /// <summary>The journal's directory.</summary>
    public string Directory { get; }

    /// <summary>Process id and host of the holder, for example <c>process 4711 on web-3</c>; <see langword="null"/> when it left no trace.</summary>
    public string? Holder { get; }

    /// <summary>Whether the file system can lock at all.</summary>
    public bool IsLockable { get; } = true;
}
