using Spectre.Console;

namespace InsuranceClaims;

/// <summary>What the program finds around it; tests put their own here.</summary>
/// <param name="Interactive">Whether somebody sits at a terminal and can be asked.</param>
/// <param name="Pace">How long the rule-based model thinks: a person wants to see the agents at work, a script does not.</param>
/// <param name="Home">The folder with claims, claims-bad and data.</param>
internal sealed record Surroundings(
    IAnsiConsole Console, TextReader Input, TextWriter Error, bool Interactive, TimeSpan Pace, string Home, Func<string, string?> Variable)
{
    private const int WidthOfFiles = 160;
    private static readonly TimeSpan WatchingPace = TimeSpan.FromMilliseconds(120);

    public static Surroundings Real()
    {
        var console = AnsiConsole.Console;
        var interactive = !System.Console.IsInputRedirected && !System.Console.IsOutputRedirected && console.Profile.Capabilities.Interactive;
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthOfFiles;
            console.Profile.Capabilities.Ansi = false;
        }

        return new(console, System.Console.In, System.Console.Error, interactive, PaceFor(interactive), AppContext.BaseDirectory, Environment.GetEnvironmentVariable);
    }

    private static TimeSpan PaceFor(bool interactive) =>
        int.TryParse(Environment.GetEnvironmentVariable("CLAIMS_PACE_MS"), out var milliseconds) && milliseconds >= 0 ? TimeSpan.FromMilliseconds(milliseconds)
        : interactive ? WatchingPace
        : TimeSpan.Zero;
}
