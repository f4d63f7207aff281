using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Which parts of a response are calls for us, and which of them can be made at all.</summary>
internal static class ToolCallRules
{
    private const string Malformed = "agentflow.malformed_arguments";

    /// <summary>
    /// Marks calls whose arguments could not be parsed. The exception that says so does not survive serialization; without the
    /// mark a restored call would look like one without arguments.
    /// </summary>
    public static void MarkMalformed(ChatResponse response)
    {
        foreach (var message in response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent { Exception: not null } call) (call.AdditionalProperties ??= [])[Malformed] = true;
            }
        }
    }

    public static bool IsMalformed(FunctionCallContent call) => call.AdditionalProperties?.ContainsKey(Malformed) == true;

    /// <summary>The calls in order, or null when there are none. What the service has called itself is not for us.</summary>
    public static List<FunctionCallContent>? CallsOf(ChatResponse response)
    {
        List<FunctionCallContent>? calls = null;
        foreach (var message in response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent { InformationalOnly: false } call) (calls ??= []).Add(call);
            }
        }

        return calls;
    }
}
