namespace AgentFlow.Testing;

/// <summary>A model request that no reply of the script fits. The message shows the request and what was left in the script.</summary>
public sealed class ScriptExhaustedException : FlowAssertionException
{
    internal ScriptExhaustedException(ChatCall call, IReadOnlyList<string> unusedReplies)
        : base(Compose(call, unusedReplies))
    {
        Call = call;
        UnusedReplies = unusedReplies;
    }

    /// <summary>The request that found no reply.</summary>
    public ChatCall Call { get; }

    /// <summary>The replies that were left, each in one line, in script order. Empty when the script was used up.</summary>
    public IReadOnlyList<string> UnusedReplies { get; }

    private static string Compose(ChatCall call, IReadOnlyList<string> unused)
    {
        var left = unused.Count == 0 ? "nothing" : string.Concat(unused.Select(static line => "\n    " + line));
        var cure = unused.Count == 0
            ? "Script one more reply, or find out why the model is asked once more."
            : "Script a reply for this request, or correct the When condition that should have met it.";
        return $"""
            The scripted model has no reply for request {call.Number}.
              last message: {call.LastMessageLine}
              offered tools: {(call.ToolNames.Count == 0 ? "none" : string.Join(", ", call.ToolNames))}
              left in the script: {left}
            {cure}
            """;
    }
}
