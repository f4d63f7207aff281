using Spectre.Console;

namespace InsuranceClaims;

/// <summary>What the program finds around it; tests put their own here.</summary>
/// <param name="Interactive">Whether somebody sits at a terminal and can be asked.</param>
/// <param name="Home">The folder with claims, claims-bad and data.</param>
internal sealed record Surroundings(
    IAnsiConsole Console, TextWriter Error, bool Interactive, string Home, Func<string, string?> Variable)
{
    public static Surroundings Real() => new(
        AnsiConsole.Console,
        System.Console.Error,
        !System.Console.IsInputRedirected && !System.Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive,
        AppContext.BaseDirectory,
        Environment.GetEnvironmentVariable);
}
