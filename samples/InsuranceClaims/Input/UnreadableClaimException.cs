namespace InsuranceClaims;

/// <summary>A file that is no post. One such file fails alone; the others go on.</summary>
internal sealed class UnreadableClaimException(string path, string why, string cure) : Exception($"{Path.GetFileName(path)}: {why} {cure}")
{
    public string FilePath { get; } = path;
}
