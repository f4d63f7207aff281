namespace ResearchDesk.Tests;

/// <summary>Runs the program with a screen, an environment and an output folder of its own.</summary>
internal sealed class DeskRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("desk-");
    private readonly StringWriter _screen = new();
    private readonly StringWriter _error = new();

    public Dictionary<string, string> Variables { get; } = [];

    public string Screen => _screen.ToString().ReplaceLineEndings("\n");

    public string Errors => _error.ToString().ReplaceLineEndings("\n");

    public string Report => File.ReadAllText(Path.Combine(_folder.FullName, "out", ReportFile.Name));

    public string Drawing => File.ReadAllText(Path.Combine(_folder.FullName, "out", "flow.md"));

    /// <summary>A file in a folder of this run's own; yields the folder.</summary>
    public string With(string name, string content)
    {
        var own = _folder.CreateSubdirectory("own").FullName;
        File.WriteAllText(Path.Combine(own, name), content);
        return own;
    }

    public Task<int> RunAsync(params string[] arguments) => DeskApp.RunAsync(
        [.. arguments, "--out", Path.Combine(_folder.FullName, "out")], new Surroundings(_screen, _error, AppContext.BaseDirectory, Variables.GetValueOrDefault, TimeSpan.Zero));

    public void Dispose()
    {
        _screen.Dispose();
        _error.Dispose();
        _folder.Delete(recursive: true);
    }
}
