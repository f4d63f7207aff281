using Spectre.Console;

namespace InsuranceClaims.Tests;

/// <summary>Runs the program with a screen, a keyboard and an environment of its own.</summary>
internal sealed class AppRun : IDisposable
{
    private readonly StringWriter _screen = new();
    private readonly StringWriter _error = new();
    private readonly Dictionary<string, string> _variables = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("claims-out-").FullName;

    /// <summary>What somebody types; null when nobody sits there.</summary>
    public string? Typed { get; init; }

    /// <summary>In place of <see cref="Typed"/>: somebody who takes their time.</summary>
    public TextReader? Keyboard { get; init; }

    public string Screen => _screen.ToString();

    public string Errors => _error.ToString();

    public string List => File.ReadAllText(Path.Combine(Folder, "claims.md"));

    public static string Claim(string id) => Directory.GetFiles(SampleFiles.Claims, id + ".*").Single();

    public string Letter(string id) => File.ReadAllText(Path.Combine(Folder, id + ".letter.md"));

    public AppRun With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    public Task<int> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    public Task<int> RunAsync(CancellationToken stop, params string[] arguments)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_screen), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        console.Profile.Width = 200;
        return ClaimsApp.RunAsync(
            [.. arguments, "--out", Folder],
            new Surroundings(console, Keyboard ?? new StringReader(Typed ?? ""), _error, Typed is not null || Keyboard is not null, TimeSpan.Zero, SampleFiles.Home, _variables.GetValueOrDefault),
            stop);
    }

    public void Dispose()
    {
        _screen.Dispose();
        _error.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
