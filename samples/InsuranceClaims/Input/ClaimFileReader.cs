using System.Globalization;
using System.Text;

namespace InsuranceClaims;

/// <summary>Reads a file from disk as post: decides on the encoding, unpacks mails, refuses what is not text.</summary>
internal static class ClaimFileReader
{
    /// <summary>In bytes. A long letter has tens of kilobytes; what is larger is a scan or an archive.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <exception cref="UnreadableClaimException">Empty, too large, binary, or not to be opened.</exception>
    public static async Task<ClaimFile> ReadAsync(string path, string? id = null, CancellationToken cancellationToken = default)
    {
        byte[] bytes;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxBytes)
                throw new UnreadableClaimException(path, string.Create(CultureInfo.InvariantCulture, $"{length / 1048576.0:0.0} MB are over the limit of {MaxBytes / 1048576} MB for one claim."), "Send the text of the letter, not the scan.");
            bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableClaimException(path, $"cannot be opened: {failure.Message}", "Check the path and the permissions.");
        }
        var text = Decode(path, bytes);
        if (Path.GetExtension(path).Equals(".eml", StringComparison.OrdinalIgnoreCase))
            text = EmlText.Read(text, bytes);
        if (string.IsNullOrWhiteSpace(text))
            throw new UnreadableClaimException(path, "is empty.", "Ask the sender to send it again.");
        return new(id ?? Path.GetFileNameWithoutExtension(path), Path.GetFileName(path), text);
    }

    private static string Decode(string path, byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..])
            return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes.Count(IsControl) * 100 > bytes.Length || bytes.Contains((byte)0))
            throw new UnreadableClaimException(path, "is binary, not text.", "Send the letter as .txt, .md or .eml.");
        return TextEncoding.Decode(bytes);
    }

    private static bool IsControl(byte value) => value < 0x20 && value is not ((byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f');
}
