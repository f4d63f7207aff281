namespace AgentFlow.Tests.Patterns;

internal static class Drawing
{
    /// <summary>The nodes and edges of a flow's drawing, without the colours.</summary>
    public static string Of<TIn, TOut>(Flow<TIn, TOut> flow) =>
        string.Join('\n', flow.ToMermaid().ReplaceLineEndings("\n").Split('\n').TakeWhile(line => !line.Contains("classDef", StringComparison.Ordinal))).TrimEnd();
}
