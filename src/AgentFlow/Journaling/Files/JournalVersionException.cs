namespace AgentFlow.Journaling;

/// <summary>A file of the journal was written in a format that this version of AgentFlow does not know. Nothing was changed.</summary>
public sealed class JournalVersionException : JournalException
{
    internal JournalVersionException(string file, long version, int supported)
        : base($"{file} has journal format {version}; this version of AgentFlow reads format {supported}. Use the version of AgentFlow that wrote it, or a newer one.")
    {
        File = file;
        Version = version;
        SupportedVersion = supported;
    }

    /// <summary>The path of the file.</summary>
    public string File { get; }

    /// <summary>The format the file has.</summary>
    public long Version { get; }

    /// <summary>The newest format this version reads.</summary>
    public int SupportedVersion { get; }
}
