using AgentFlow;
using AgentFlow.Journaling;
using InsuranceClaims;

namespace SupportDesk.Ui;

/// <summary>The command: options, a conversation, an exit code.</summary>
internal static class DeskApp
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 64;
    public const int CannotWrite = 74;
    public const int Cancelled = 130;

    private static readonly string[] Demo =
    [
        "Hello", "My invoice is wrong", "It is R-1002", "I want a refund", "y", "Thanks!",
        "By the way, the internet is slow", "Can I talk to a human?", "I shall call you at noon.", "/end",
    ];

    /// <param name="isTyped">Whether somebody types at a terminal, which shows what is typed.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter error, bool isTyped, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        try
        {
            var options = Options.Parse(arguments);
            if (options.Help) await output.WriteLineAsync(Options.Text);
            else if (options.Demo) await DemonstrateAsync(options, output, variable, cancellationToken);
            else await TalkAsync(options, new Terminal(input, output, echoes: !isTyped), output, variable, cancellationToken);
            return Done;
        }
        catch (Exception failure) when (ExitCodeOf(failure) is { } code)
        {
            await error.WriteLineAsync(failure.Message);
            return code;
        }
    }

    /// <summary>A conversation that was written before, in a folder that is gone afterwards.</summary>
    private static async Task DemonstrateAsync(Options options, TextWriter output, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("support-desk-").FullName;
        try
        {
            using var script = new StringReader(string.Join('\n', Demo));
            await TalkAsync(options with { Folder = folder }, new Terminal(script, output, echoes: true), output, variable, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task TalkAsync(Options options, Terminal terminal, TextWriter output, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        var (model, description) = ModelChoice.From(variable);
        using var client = model;
        await using var desk = new Desk(options.Folder, Path.Combine(AppContext.BaseDirectory, "data", "accounts.json"), model);
        await output.WriteLineAsync($"support desk, {description}, session {options.Session}; leave with Ctrl+D, end the conversation with /end\n");
        await desk.TalkAsync(options.Session, terminal, cancellationToken);
    }

    private static int? ExitCodeOf(Exception failure) => failure switch
    {
        UsageException => Usage,
        JournalException or IOException or UnauthorizedAccessException => CannotWrite,
        FlowRunFailedException or RunHeldException => Failed,
        _ => null,
    };
}
