using System.Globalization;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>Real system calls fail, by strace: what .NET would swallow has to be seen.</summary>
public sealed class InjectedErrorTests : IDisposable
{
    private const string Strace = "/usr/bin/strace";

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("fdatasync", "EIO", 5, "JournalIOException")]
    [InlineData("fdatasync", "ENOSPC", 28, "JournalFullException")]
    [InlineData("fdatasync", "EROFS", 30, "JournalIOException")]
    [InlineData("pwrite64", "EIO", 5, "JournalIOException")]
    [InlineData("pwrite64", "ENOSPC", 28, "JournalFullException")]
    [InlineData("pwrite64", "EROFS", 30, "JournalIOException")]
    public async Task After_a_failed_call_nothing_is_acknowledged(string call, string error, int number, string type)
    {
        if (!File.Exists(Strace)) Assert.Skip("strace is not installed.");
        string operation = call == "pwrite64" ? "pwrite" : call;
        string directory = _directory.File("log");
        var ledger = new ChildLedger();
        await ledger.CheckAsync(directory);
        bool hasHitAppend = false;
        for (int when = 1; when <= 4; when++)
        {
            string[] strace = [Strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:error={error}:when={when}"];
            var (exitCode, lines) = await ChildProcess.RunAsync(["count", directory, "6"], strace);
            ledger.Note(lines);
            if (exitCode == 1)
            {
                Assert.Equal($"CLOSED {type} {number} {operation}", Assert.Single(lines));
            }
            else
            {
                hasHitAppend = true;
                Assert.Equal("OPEN", lines[0]);
                int failure = lines.IndexOf($"{type} {number} {operation}");
                Assert.Equal(when, failure);
                Assert.All(lines[1..failure], line => Assert.StartsWith("ACK ", line, StringComparison.Ordinal));
                Assert.All(lines[(failure + 1)..], line => Assert.StartsWith("JournalPoisonedException", line, StringComparison.Ordinal));
                Assert.Equal(7, lines.Count);
            }

            await ledger.CheckAsync(directory);
        }

        Assert.True(hasHitAppend, "no append was hit");
    }

    [Theory]
    [InlineData("fsync", "EIO", 5)]
    [InlineData("rename", "EROFS", 30)]
    public async Task A_failure_while_opening_says_what_failed(string call, string error, int number)
    {
        if (!File.Exists(Strace)) Assert.Skip("strace is not installed.");
        string[] strace = [Strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:error={error}:when=1"];
        var (exitCode, lines) = await ChildProcess.RunAsync(["count", _directory.File(call), "1"], strace);
        Assert.Equal((1, string.Create(CultureInfo.InvariantCulture, $"CLOSED JournalIOException {number} {call}")), (exitCode, Assert.Single(lines)));
        Assert.Equal(0, (await ChildProcess.RunAsync(["count", _directory.File(call), "1"])).ExitCode);
    }

    public void Dispose() => _directory.Dispose();
}
