namespace AgentFlow;

/// <summary>The segments at which an invocation that has ended says so.</summary>
internal static class Invocations
{
    public const string AgentEnd = "(invocation)";
    public const string ToolEnd = "(call)";

    public static IReadOnlyList<string> Ends { get; } = [AgentEnd, ToolEnd];
}
