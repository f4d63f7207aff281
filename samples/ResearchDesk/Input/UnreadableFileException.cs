namespace ResearchDesk;

/// <summary>A file cannot be read; the message says why.</summary>
/// <param name="file">Its name.</param>
internal sealed class UnreadableFileException(string file, string why) : Exception($"{file}: {why}")
{
    public string File { get; } = file;
}
