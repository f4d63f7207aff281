using AgentFlow.Journaling;
using Spectre.Console;

namespace InsuranceClaims;

/// <summary>The command: options, files, exit code.</summary>
internal static class ClaimsApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around, CancellationToken cancellationToken = default)
    {
        try
        {
            var options = OptionsParser.Parse(arguments);
            if (options.Help)
            {
                await PrintAsync(around, OptionsParser.Usage);
                return ExitCodes.Done;
            }
            if (options.Resume && !Directory.Exists(options.Journal))
                throw new FileNotFoundException($"There is no journal {options.Journal}.", options.Journal);
            using var oversized = options.Bad ? new OversizedClaim() : null;
            var sources = options.Resume ? [] : ClaimSources.Find(Paths(options, around.Home, oversized));
            return await ProcessAsync(sources, options, around, cancellationToken);
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
        catch (JournalException journal)
        {
            await around.Error.WriteLineAsync(journal.Message);
            return ExitCodes.JournalFailed;
        }
    }

    private static IEnumerable<string> Paths(Options options, string home, OversizedClaim? oversized)
    {
        IEnumerable<string> paths = options.Paths.Count > 0 ? options.Paths : [Path.Combine(home, "claims")];
        return oversized is null ? paths : [.. paths, Path.Combine(home, "claims-bad"), oversized.FilePath];
    }

    private static async Task<int> ProcessAsync(
        IReadOnlyList<ClaimSource> sources, Options options, Surroundings around, CancellationToken cancellationToken)
    {
        var approve = options.ApproveWith(around.Interactive);
        var outFolder = new OutFolder(options.Out);
        using var model = ModelChoice.From(around.Variable, around.Pace);
        await using var host = new ClaimsHost(PolicyBook.Load(Path.Combine(around.Home, "data", "policies.json")), model, FixedApprover.For(approve), journal: options.Journal is null ? null : FileJournal.Open(options.Journal));
        await PrintAsync(around, $"{(options.Resume ? $"the claims in {options.Journal}" : $"{sources.Count} claims")}, {model.Description}, approvals: {approve.ToString().ToLowerInvariant()}");

        var session = new ClaimsSession(host, around, approve);
        var results = options.Resume ? await session.ResumeAsync(cancellationToken) : await session.ProcessAsync(sources, cancellationToken);

        foreach (var (result, claim) in results)
            if (claim is not null)
                await outFolder.WriteLetterAsync(result.Id, claim.Letter, cancellationToken);
        await outFolder.WriteListAsync(results, cancellationToken);
        await outFolder.WriteFlowAsync(host.Flow.Describe().ToMermaid(), cancellationToken);
        around.Console.Write(ClosingTables.Results(results.Select(entry => entry.Result)));
        around.Console.Write(ClosingTables.Costs(session.Report));
        if (options.Journal is not null)
            await PrintAsync(around, Reuse(session));
        await PrintAsync(around, $"letters, reasons and the picture of the flow: {Path.GetFullPath(options.Out)}");
        return results.Any(entry => entry.Result.Failed) ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    private static string Reuse(ClaimsSession session)
    {
        var (reused, all) = (session.Reused, session.Report.Total);
        return $"from the journal: {reused.Model} model calls and {reused.Tools} tool calls; made now: {all.ModelCalls - reused.Model} and {all.ToolCalls - reused.Tools}";
    }

    // The console would wrap a path in the middle.
    private static Task PrintAsync(Surroundings around, string line) => around.Console.Profile.Out.Writer.WriteLineAsync(line);
}
