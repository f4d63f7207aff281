namespace AgentFlow.Journaling;

/// <summary>
/// A file of the journal holds something else than was written. The journal does not open and changes nothing: an entry that
/// was acknowledged may be damaged.
/// </summary>
public sealed class JournalCorruptException : JournalException
{
    internal JournalCorruptException(string file, long offset, string? run, string what)
        : base($"{file} is damaged at byte {offset}{(run is null ? "" : $", in run '{run}'")}: {what}. Restore the directory from a backup; nothing was changed.")
    {
        File = file;
        Offset = offset;
        Run = run;
        What = what;
    }

    /// <summary>The path of the damaged file.</summary>
    public string File { get; }

    /// <summary>Where in the file, in bytes from its start.</summary>
    public long Offset { get; }

    /// <summary>The key of the first run that is hit, or <see langword="null"/> when the damage leaves that open.</summary>
    public string? Run { get; }

    /// <summary>What is wrong there.</summary>
    public string What { get; }
}
