using AgentFlow;
using AgentFlow.Journaling;
using InsuranceClaims;

namespace ResearchDesk;

/// <summary>What the program finds around it; tests put their own here.</summary>
/// <param name="Home">The folder with sources and sources-bad.</param>
internal sealed record Surroundings(TextWriter Screen, TextWriter Error, string Home, Func<string, string?> Variable, TimeSpan Pace)
{
    public static Surroundings Real() => new(Console.Out, Console.Error, AppContext.BaseDirectory, Environment.GetEnvironmentVariable, Console.IsOutputRedirected ? TimeSpan.Zero : TimeSpan.FromMilliseconds(150));
}

/// <summary>The command: options, files, run, report, exit code.</summary>
internal static class DeskApp
{
    private const int ModelCallsAtOnce = 8;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around, CancellationToken cancellationToken = default)
    {
        try
        {
            var options = Options.Parse(arguments);
            if (!options.Help) return await AuditAsync(options, around, cancellationToken);
            await around.Screen.WriteLineAsync(Options.Usage);
            return ExitCodes.Done;
        }
        catch (UsageException wrong)
        {
            await around.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.Usage;
        }
        catch (FileNotFoundException nothing)
        {
            await around.Error.WriteLineAsync(nothing.Message);
            return ExitCodes.NoInput;
        }
        catch (FlowRunFailedException failed)
        {
            await around.Error.WriteLineAsync($"No report: {failed.Message}");
            return ExitCodes.NoReport;
        }
    }

    private static async Task<int> AuditAsync(Options options, Surroundings around, CancellationToken cancellationToken)
    {
        IEnumerable<string> paths = options.Paths.Count > 0 ? options.Paths : [Path.Combine(around.Home, "sources")];
        var shelf = Shelf.Open(options.Bad ? paths.Append(Path.Combine(around.Home, "sources-bad")) : paths);
        using var model = ModelSetup.From(around.Variable, around.Pace);
        await around.Screen.WriteLineAsync($"{options.Question}\n{shelf.Sources.Count} files, {model.Description}");
        foreach (var problem in shelf.Problems) await around.Error.WriteLineAsync($"left out: {problem}");

        var settings = new FlowRuntimeOptions();
        settings.Models.Add(ModelAccess.Model, model.Client, model.Price);
        settings.Scheduler.AddLane(ModelAccess.Lane, ModelCallsAtOnce);
        await using var runtime = new FlowRuntime(settings);
        var flow = AuditFlow.Create(shelf);
        var run = await runtime.StartAsync(flow, new Brief(options.Question, shelf.Sources), new() { InputLabel = Label.Untrusted("files") }, cancellationToken);
        await new Timeline(around.Screen).FollowAsync(run);
        var audit = await run;

        var path = await ReportFile.WriteAsync(options.Out, audit, shelf.Problems, flow.Describe().ToMermaid(), cancellationToken);
        await around.Screen.WriteLineAsync("\ntold differently, and what counts:");
        foreach (var one in audit.Settled.Disputed())
            await around.Screen.WriteLineAsync($"  {one.Value.Name}: {one.Dispute()}\n    because {one.Why()}");
        await around.Screen.WriteLineAsync($"\n{audit.Conclusion.Summary}\n");
        foreach (var line in Costs.Lines(RunReport.From(run.Entries))) await around.Screen.WriteLineAsync(line);
        await around.Screen.WriteLineAsync($"\nthe report: {path}");
        return shelf.Problems.Count > 0 ? ExitCodes.SomeUnreadable : ExitCodes.Done;
    }
}
