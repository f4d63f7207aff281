using AgentFlow;
using AgentFlow.Journaling;
using InsuranceClaims;
using Microsoft.Extensions.AI;

namespace DocumentIntake;

/// <summary>The command: options, agents, documents, a table, an exit code.</summary>
internal static class IntakeApp
{
    public const int Done = 0;
    public const int SomeNeedReview = 2;
    public const int Usage = 64;
    public const int BadAgents = 65;
    public const int NoInput = 66;
    public const int CannotWrite = 74;
    public const int Cancelled = 130;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        try
        {
            var options = Options.Parse(arguments);
            if (!options.Help) return await FileAsync(options, output, variable, cancellationToken);
            await output.WriteLineAsync(Options.Text);
            return Done;
        }
        catch (Exception failure) when (ExitCodeOf(failure) is { } code)
        {
            await error.WriteLineAsync(failure.Message);
            return code;
        }
    }

    private static async Task<int> FileAsync(Options options, TextWriter output, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        var paths = DocumentReader.Find(options.Paths);
        var (model, description) = ModelChoice.From(variable);
        using var client = model;
        await using var intake = new Intake(options.Out, model, options.Clock);
        await output.WriteLineAsync($"{paths.Count} documents, {description}, rules as of {options.Clock.GetLocalNow():yyyy-MM-dd}");
        await AgentChanges.LoadAsync(intake.Agents, options.Agents, output, cancellationToken);

        var started = new List<(string Name, FlowRun<Filing> Run, bool IsNew)>();
        foreach (var path in paths)
        {
            var (run, isNew) = await intake.StartAsync(await DocumentReader.ReadAsync(path, cancellationToken), options.Retry, cancellationToken);
            started.Add((Path.GetFileName(path), run, isNew));
        }

        var table = new SummaryTable();
        foreach (var (name, run, isNew) in started) table.Add(name, await Receipt.OfAsync(run, isNew).WaitAsync(cancellationToken));
        await table.WriteAsync(output);
        await output.WriteLineAsync($"in {Path.GetFullPath(options.Out)}");
        return table.NeedReview > 0 ? SomeNeedReview : Done;
    }

    private static int? ExitCodeOf(Exception failure) => failure switch
    {
        UsageException => Usage,
        AgentDefinitionException or AgentRefusedException or AgentNotRegisteredException or DirectoryNotFoundException => BadAgents,
        FileNotFoundException => NoInput,
        JournalException or IOException or UnauthorizedAccessException => CannotWrite,
        _ => null,
    };
}
