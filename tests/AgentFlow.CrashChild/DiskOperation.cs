using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

internal enum DiskCall
{
    Open,
    Create,
    Read,
    Write,
    Sync,
    Rename,
    Delete,
    SyncDirectory,
    List,
    CreateDirectory,
    Lock,
}

/// <summary>One call on a file system.</summary>
internal readonly record struct DiskOperation(DiskCall Call, string Path)
{
    /// <summary>Whether the disk may be different afterwards.</summary>
    public bool IsChange => Call is DiskCall.Create or DiskCall.Write or DiskCall.Sync or DiskCall.Rename or DiskCall.Delete or DiskCall.SyncDirectory;

    /// <summary>Call and kind of file, without the file's name: <c>Sync segment</c>.</summary>
    public override string ToString() => $"{Call} {Role}";

    private string Role
    {
        get
        {
            string name = System.IO.Path.GetFileName(Path);
            string draft = name.EndsWith(WholeFile.DraftExtension, StringComparison.Ordinal) ? " draft" : "";
            if (name.StartsWith(Manifest.FileName, StringComparison.Ordinal)) return "manifest" + draft;
            if (name.EndsWith(".broken", StringComparison.Ordinal)) return "broken copy";
            if (name.Contains(".seg", StringComparison.Ordinal)) return "segment" + draft;
            return name == "LOCK" ? "lock" : "directory";
        }
    }
}
