using System.Text;

namespace ResearchDesk;

/// <summary>Reads a file as text, or says why it is none.</summary>
internal static class TextFile
{
    private const int MostBytes = 1_000_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="UnreadableFileException">It is empty, too large, binary, or cannot be opened.</exception>
    public static string Read(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes) throw new UnreadableFileException(name, $"it has {length:N0} bytes, and {MostBytes:N0} are read at the most");
            var bytes = File.ReadAllBytes(path);
            var text = Strict.GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n");
            if (text.Contains('\0', StringComparison.Ordinal)) throw new UnreadableFileException(name, "it is not text");
            return string.IsNullOrWhiteSpace(text) ? throw new UnreadableFileException(name, "it is empty") : text;
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException(name, "it is not text in UTF-8");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException(name, failure.Message);
        }
    }
}
