using AgentFlow;

namespace ResearchDesk;

/// <summary>The files of a research. Agents reach these by name and no others: a name is never made a path.</summary>
internal sealed class Shelf
{
    private static readonly string[] Extensions = [".csv", ".md", ".txt"];
    private readonly Dictionary<string, string> _paths;

    private Shelf(Dictionary<string, string> paths, IReadOnlyList<Source> sources, IReadOnlyList<string> problems) => (_paths, Sources, Problems) = (paths, sources, problems);

    public IReadOnlyList<Source> Sources { get; }

    /// <summary>The files that cannot be read, each with the reason.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Looks through folders and files; what cannot be read is a problem, and the rest goes on.</summary>
    /// <exception cref="FileNotFoundException">A path does not exist, or there is no file to read.</exception>
    public static Shelf Open(IEnumerable<string> paths)
    {
        var (byName, sources, problems) = (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), new List<Source>(), new List<string>());
        foreach (var path in paths.SelectMany(FilesIn))
        {
            var name = Path.GetFileName(path);
            try
            {
                if (byName.TryGetValue(name, out var taken)) throw new UnreadableFileException(name, $"there is another one of this name, {taken}");
                var text = TextFile.Read(path);
                if (IsTable(name)) _ = CsvTable.Parse(name, text);
                byName.Add(name, path);
                sources.Add(new(name, IsTable(name) ? "table" : "text", text.TrimStart().Split('\n')[0].Trim()));
            }
            catch (UnreadableFileException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return sources.Count > 0 ? new(byName, sources, problems)
            : throw new FileNotFoundException($"There is nothing to read: no {string.Join(", ", Extensions)} file with content.{string.Concat(problems.Select(problem => $"\n  {problem}"))}");
    }

    public string Text(string file) => TextFile.Read(PathOf(file));

    public CsvTable Table(string file) => IsTable(file) ? CsvTable.Parse(file, TextFile.Read(PathOf(file))) : throw new ToolException($"{file} is no table. Read it with read_text.");

    private string PathOf(string file) => _paths.TryGetValue(file, out var path) ? path
        : throw new ToolException($"There is no file {file}. There are: {string.Join(", ", _paths.Keys)}.");

    private static bool IsTable(string file) => file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> FilesIn(string path) =>
        File.Exists(path) ? [path]
        : Directory.Exists(path) ? Directory.EnumerateFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)
        : throw new FileNotFoundException($"There is no file or folder {path}.", path);
}
