namespace AgentFlow;

/// <summary>
/// Flows, branches and iterations are nested deeper than the runtime allows, or than the thread's stack does. A flow that runs
/// itself without an end looks like this. Nothing in a flow handles it: the run fails.
/// </summary>
public sealed class FlowDepthException : AgentFlowException
{
    internal FlowDepthException(StepPath path, int depth, int limit)
        : base($"'{Shorten(path.ToString())}' would be {depth} scopes deep; {Reason(depth, limit)} A flow that runs itself needs an end: a condition, or Loop, whose iterations are not nested.")
    {
        Path = path;
        Depth = depth;
        Limit = limit;
    }

    /// <summary>The scope that was not entered.</summary>
    public StepPath Path { get; }

    /// <summary>How deep it would have been, the root included.</summary>
    public int Depth { get; }

    /// <summary>What <see cref="FlowRuntimeOptions.MaxDepth"/> allows.</summary>
    public int Limit { get; }

    private static string Reason(int depth, int limit) => depth > limit
        ? $"FlowRuntimeOptions.MaxDepth is {limit}: raise it when so many are meant."
        : $"the stack of its thread ends there, before FlowRuntimeOptions.MaxDepth, which is {limit}: nest less, or put what runs deep inside into steps that wait.";

    private static string Shorten(string path) => path.Length <= 200 ? path : $"{path[..90]} … {path[^90..]}";
}
