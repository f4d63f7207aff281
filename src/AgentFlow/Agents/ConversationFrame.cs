using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What a coordination verb makes of the conversation of an agent that takes part in it.</summary>
internal abstract class ConversationFrame<TIn, TOut>
{
    /// <summary>The messages that follow the instructions.</summary>
    public abstract IEnumerable<ChatMessage> Open(TIn input, JsonSerializerOptions json);

    /// <summary>How the final answer is read.</summary>
    public virtual OutputFormat<TOut> FormatIn(JsonSerializerOptions json) => OutputFormat<TOut>.Create(json);

    /// <summary>The result, once there is a final answer.</summary>
    /// <param name="answer">The answer as it was read.</param>
    /// <param name="said">What was said since the conversation was opened.</param>
    public virtual TOut Close(TOut answer, IReadOnlyList<ChatMessage> said) => answer;

    /// <summary>The result, once a tool that ends conversations was called.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="call">Its call.</param>
    /// <param name="said">What was said since the conversation was opened.</param>
    public virtual TOut End(BoundTool tool, ToolCall call, IReadOnlyList<ChatMessage> said) => throw new NotSupportedException($"'{tool.Name}' ends no conversation here.");
}
