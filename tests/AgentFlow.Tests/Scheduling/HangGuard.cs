namespace AgentFlow.Tests.Scheduling;

/// <summary>How long a test waits for real threads before it calls it a hang.</summary>
internal static class HangGuard
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);
}
