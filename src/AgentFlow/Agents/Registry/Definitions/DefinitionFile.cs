namespace AgentFlow;

/// <summary>Definitions on the disk.</summary>
internal static class DefinitionFile
{
    public const string Pattern = "*.agent.json";
    private const long MaxBytes = 8 << 20;

    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (file is { Exists: true, Length: > MaxBytes })
        {
            throw new AgentDefinitionException(file.Name, [new("$", null, $"the file has {file.Length} bytes", $"use at most {MaxBytes}")]);
        }

        return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
    }
}
