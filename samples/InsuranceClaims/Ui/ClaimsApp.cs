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
                around.Console.Profile.Out.Writer.WriteLine(OptionsParser.Usage);
                return ExitCodes.Done;
            }
            using var oversized = options.Bad ? new OversizedClaim() : null;
            var sources = ClaimSources.Find(Paths(options, around.Home, oversized));
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
    }

    private static IEnumerable<string> Paths(Options options, string home, OversizedClaim? oversized)
    {
        IEnumerable<string> paths = options.Paths.Count > 0 ? options.Paths : [Path.Combine(home, "claims")];
        return oversized is null ? paths : [.. paths, Path.Combine(home, "claims-bad"), oversized.FilePath];
    }

    private static async Task<int> ProcessAsync(
        IReadOnlyList<ClaimSource> sources, Options options, Surroundings around, CancellationToken cancellationToken)
    {
        around.Console.WriteLine($"{sources.Count} claims, approvals: {options.ApproveWith(around.Interactive)}, letters go to {options.Out}");
        var failed = 0;
        foreach (var source in sources)
        {
            try
            {
                var file = await ClaimFileReader.ReadAsync(source.Path, source.Id, cancellationToken);
                around.Console.WriteLine($"{file.Id}: {file.Text.Length} characters");
            }
            catch (UnreadableClaimException unreadable)
            {
                failed++;
                await around.Error.WriteLineAsync(unreadable.Message);
            }
        }
        return failed == 0 ? ExitCodes.Done : ExitCodes.SomeFailed;
    }
}
