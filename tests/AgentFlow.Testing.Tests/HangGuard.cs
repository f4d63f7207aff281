namespace AgentFlow.Testing.Tests;

internal static class HangGuard
{
    /// <summary>Awaits what should complete at once, so that a defect fails the test instead of hanging it.</summary>
    internal static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    internal static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
