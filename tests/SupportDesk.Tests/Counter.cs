using SupportDesk.Ui;

namespace SupportDesk.Tests;

/// <summary>The program as its users call it, with what they type, over a folder of its own.</summary>
internal sealed class Counter : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("desk-").FullName;

    /// <summary>A line per refund.</summary>
    public string[] Refunds => File.Exists(Path.Combine(_folder, "refunds.txt")) ? File.ReadAllLines(Path.Combine(_folder, "refunds.txt")) : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What is on the screen after these lines were typed.</summary>
    public async Task<string> TalkAsync(params IEnumerable<string> lines)
    {
        var (code, output, error) = await RunAsync([], lines);
        Assert.True(code == DeskApp.Done, error);
        return output;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(IEnumerable<string> arguments, params IEnumerable<string> lines)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await DeskApp.RunAsync([.. arguments, "--folder", _folder], new StringReader(string.Join('\n', lines)), output, error, isTyped: false, _ => null, hang.Token);
        return (code, output.ToString(), error.ToString());
    }
}
