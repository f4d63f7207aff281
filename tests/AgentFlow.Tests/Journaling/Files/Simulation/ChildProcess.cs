using System.Diagnostics;
using AgentFlow.CrashChild;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>Runs AgentFlow.CrashChild and collects its lines.</summary>
internal static class ChildProcess
{
    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => typeof(DiskOperation).Assembly.Location;

    /// <summary>Runs it to its end, whichever that is.</summary>
    /// <param name="arguments">What it is to do.</param>
    /// <param name="prefix">A program to run it under, with its arguments.</param>
    /// <param name="onLine">Called for every line while it runs.</param>
    public static async Task<(int ExitCode, List<string> Lines)> RunAsync(string[] arguments, string[]? prefix = null, Action<Process, string>? onLine = null)
    {
        string[] command = [.. prefix ?? [], Host, "exec", Program, .. arguments];
        using var process = new Process { StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true } };
        process.StartInfo.Environment["DOTNET_EnableDiagnostics"] = "0";
        Assert.True(process.Start());
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        try
        {
            var lines = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(hang.Token) is { } line)
            {
                lines.Add(line);
                onLine?.Invoke(process, line);
            }

            await process.WaitForExitAsync(hang.Token);
            return (process.ExitCode, lines);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
