namespace ApprovalDesk.Tests;

/// <summary>What is left of a desk when its process is killed.</summary>
internal sealed class DeskFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("desk-").FullName;

    public string Journal => Path.Combine(_path, "journal");

    public string Ledger => Path.Combine(_path, "ledger.txt");

    /// <summary>A line per payment.</summary>
    public string[] Payments => File.Exists(Ledger) ? File.ReadAllLines(Ledger) : [];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
