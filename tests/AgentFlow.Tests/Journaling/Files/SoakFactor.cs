namespace AgentFlow.Tests.Journaling.Files;

/// <summary>How many times as much the long tests do: 1, or 40 with <c>AGENTFLOW_SOAK=1</c>.</summary>
internal static class SoakFactor
{
    public static int Value { get; } = Environment.GetEnvironmentVariable("AGENTFLOW_SOAK") == "1" ? 40 : 1;
}
