namespace InsuranceClaims;

/// <summary>A file to process. Ids are unique within a run of the sample, so that no letter overwrites another.</summary>
internal sealed record ClaimSource(string Id, string Path);

/// <summary>Finds the claim files behind the paths of the command line.</summary>
internal static class ClaimSources
{
    private static readonly string[] Extensions = [".txt", ".md", ".eml"];

    /// <exception cref="FileNotFoundException">A path does not exist, or a folder holds no post.</exception>
    public static IReadOnlyList<ClaimSource> Find(IEnumerable<string> paths)
    {
        var ids = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        return [.. paths.SelectMany(Files).Distinct().Select(file => new ClaimSource(Unique(ids, Path.GetFileNameWithoutExtension(file)), file))];
    }

    private static IEnumerable<string> Files(string path)
    {
        // A file that is named itself is taken whatever it is called; a folder is asked for post only.
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new FileNotFoundException($"There is no file or folder {path}. Name a claim file, or a folder with {Wanted} files.", path);
        string[] files = [.. Directory.EnumerateFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new FileNotFoundException($"The folder {path} holds no {Wanted} files.", path);
    }

    private static string Wanted => string.Join(", ", Extensions.Select(extension => "*" + extension));

    private static string Unique(Dictionary<string, int> ids, string name)
    {
        ids[name] = ids.GetValueOrDefault(name) + 1;
        return ids[name] == 1 ? name : $"{name}-{ids[name]}";
    }
}
