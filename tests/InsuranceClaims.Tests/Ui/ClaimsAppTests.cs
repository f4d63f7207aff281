using Spectre.Console;

namespace InsuranceClaims.Tests.Ui;

public sealed class ClaimsAppTests : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task The_claims_of_the_sample_are_all_processed() => Assert.Equal(ExitCodes.Done, await RunAsync());

    [Fact]
    public async Task Files_that_cannot_be_processed_fail_alone()
    {
        Assert.Equal(ExitCodes.SomeFailed, await RunAsync("--bad"));
        foreach (var name in (string[])["empty.txt: is empty", "scan.txt: is binary", "huge.txt: 5.0 MB"])
            Assert.Contains(name, _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("20-kellerdiebstahl", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_usage_is_told_on_the_error_stream()
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync("--unknown"));
        Assert.Contains("--unknown", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public async Task Nothing_to_read_is_told_on_the_error_stream()
    {
        Assert.Equal(ExitCodes.NoInput, await RunAsync("nowhere-at-all"));
        Assert.Contains("nowhere-at-all", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        Assert.Equal(ExitCodes.Done, await RunAsync("--help"));
        foreach (var option in (string[])["--approve", "--bad", "--out", "OPENAI_API_KEY"])
            Assert.Contains(option, _out.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => ClaimsApp.RunAsync(arguments, new Surroundings(
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_out), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No }),
        _error, Interactive: false, SampleFiles.Home, Variable: _ => null));
}
