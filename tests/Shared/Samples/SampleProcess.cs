using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace AgentFlow.Tests.Samples;

/// <summary>A sample as its users run it: a process of its own, which can be killed. Disposing it kills it.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Channel<string> _news = Channel.CreateBounded<string>(10_000);
    private readonly Task _reading;

    private SampleProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>Everything it has said.</summary>
    public string Output => string.Join('\n', _lines);

    /// <param name="dll">Lies beside the tests.</param>
    /// <param name="variables">Environment variables of its own.</param>
    /// <param name="arguments">The command line.</param>
    public static SampleProcess Start(string dll, IReadOnlyDictionary<string, string> variables, params IEnumerable<string> arguments)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, ["exec", Path.Combine(AppContext.BaseDirectory, dll), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new(process);
    }

    /// <summary>The next line that has the text in it.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        using var hang = new CancellationTokenSource(Poll.Limit);
        await foreach (var line in _news.Reader.ReadAllAsync(hang.Token))
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        throw new InvalidOperationException($"The process ended without saying '{text}':\n{Output}");
    }

    /// <summary>SIGKILL: nothing is flushed, nothing is closed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    public async Task<int> EndAsync()
    {
        using var hang = new CancellationTokenSource(Poll.Limit);
        await _process.WaitForExitAsync(hang.Token);
        await _reading.WaitAsync(hang.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            _news.Writer.TryWrite(line);
        }

        if (reader == _process.StandardOutput) _news.Writer.TryComplete();
    }
}
