using System.Text.Json;

namespace DocumentIntake.Tests;

/// <summary>The program as its users call it, over folders of its own.</summary>
internal sealed class Desk : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("intake-").FullName;

    public Desk()
    {
        Directory.CreateDirectory(Path.Combine(_root, "in"));
        Directory.CreateDirectory(Agents);
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "agents"))) File.Copy(file, Path.Combine(Agents, Path.GetFileName(file)));
    }

    public static string Documents => Path.Combine(AppContext.BaseDirectory, "documents");

    public string In => Path.Combine(_root, "in");

    public string Agents => Path.Combine(_root, "agents");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public string Write(string name, string text)
    {
        var path = Path.Combine(In, name);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(params IEnumerable<string> arguments)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await IntakeApp.RunAsync([.. arguments, "--out", Path.Combine(_root, "out"), "--agents", Agents], output, error, _ => null, hang.Token);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The files of a folder by the document's name, without the content's digest.</summary>
    public ILookup<string, string> Filed(string folder)
    {
        var path = Path.Combine(_root, "out", folder);
        string[] files = Directory.Exists(path) ? Directory.GetFiles(path) : [];
        return files.ToLookup(file => Path.GetFileName(file).Split('.')[0]);
    }

    public JsonElement Facts(string folder, string document) => JsonElement.Parse(File.ReadAllText(Filed(folder)[document].Single(file => file.EndsWith(".json", StringComparison.Ordinal))));

    public string Reasons(string document) => File.ReadAllText(Filed("review")[document].Single(file => file.EndsWith(".reasons.md", StringComparison.Ordinal)));
}
