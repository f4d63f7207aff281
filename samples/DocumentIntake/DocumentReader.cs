using System.Security.Cryptography;
using System.Text;
using InsuranceClaims;

namespace DocumentIntake;

/// <summary>Finds and reads files. What is no text is read, too: it gets a person and a reason like anything else.</summary>
internal static class DocumentReader
{
    /// <summary>The files of folders, and files that are named themselves, in order.</summary>
    /// <exception cref="FileNotFoundException">A path does not exist, or there is nothing in it.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths) => [.. paths.SelectMany(FilesOf).Distinct(StringComparer.Ordinal)];

    public static async Task<Incoming> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        if (file.Length > IntakeFlow.MaxBytes) return new(path, digest, new(Path.GetFileName(path), file.Length, IsText: false, ""));
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        var text = TextOf(bytes);
        return new(path, digest, new(Path.GetFileName(path), bytes.Length, text is not null, text ?? ""));
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path)) return [Path.GetFullPath(path)];
        if (!Directory.Exists(path)) throw new FileNotFoundException($"There is no file or folder {path}.", path);
        string[] files = [.. Directory.EnumerateFiles(Path.GetFullPath(path)).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new FileNotFoundException($"The folder {path} holds no files.", path);
    }

    /// <summary>Null when it is no text. Every byte is a Latin-1 character, so control characters tell.</summary>
    private static string? TextOf(byte[] bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes.AsSpan(2)),
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2)),
        _ => bytes.Any(value => value < 0x20 && value is not ((byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f')) ? null : TextEncoding.Decode(bytes),
    };
}
