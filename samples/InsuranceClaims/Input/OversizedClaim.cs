using System.Text;

namespace InsuranceClaims;

/// <summary>A claim of 5 MB, made when it is needed: nobody wants it in a repository. Deleted on dispose.</summary>
internal sealed class OversizedClaim : IDisposable
{
    private const int Bytes = 5 * 1024 * 1024;
    private readonly string _folder = Directory.CreateTempSubdirectory("claims-bad-").FullName;

    public OversizedClaim()
    {
        FilePath = Path.Combine(_folder, "huge.txt");
        using var file = File.Create(FilePath);
        var line = Encoding.UTF8.GetBytes("Dear Linden Mutual, please find the scan of my letter, as text, page by page.\n");
        for (var written = 0; written < Bytes; written += line.Length)
            file.Write(line);
    }

    public string FilePath { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
