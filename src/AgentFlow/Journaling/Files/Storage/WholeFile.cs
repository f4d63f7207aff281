namespace AgentFlow.Journaling.Files;

/// <summary>Files that are written and read as a whole.</summary>
internal static class WholeFile
{
    public const string DraftExtension = ".tmp";

    /// <summary>Gives a path new content. After a crash the path has either its old content or all of the new one.</summary>
    public static void Replace(JournalFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        string draft = path + DraftExtension;
        Write(files, draft, content);
        files.Rename(draft, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes and syncs a file whose name is not yet durable.</summary>
    public static void Write(JournalFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        using var file = files.Create(path);
        file.Write(content, 0);
        file.Sync();
    }

    /// <summary>Reads a file into the buffer, which is replaced when it is too small, and leaves <paramref name="spare"/> bytes behind it.</summary>
    /// <returns>The length of the file.</returns>
    public static int Read(JournalFile file, ref byte[] buffer, int spare = 0)
    {
        long length = file.Length;
        if (length > Array.MaxLength - spare) throw new JournalCorruptException(file.Path, length, null, "the file is larger than any that the journal writes");
        if (buffer.Length < length + spare) buffer = GC.AllocateUninitializedArray<byte>((int)Math.Max(length + spare, Math.Min(Array.MaxLength, buffer.Length * 2L)));
        file.Read(buffer.AsSpan(0, (int)length), 0);
        return (int)length;
    }
}
