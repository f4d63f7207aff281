using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The effect of asking a reducer of the host's.</summary>
internal sealed class ReduceStep(IChatReducer reducer) : EffectStep<IReadOnlyList<ChatMessage>, ChatResponse>(StepName)
{
    public const string StepName = "reduce";

    // A response is what journals can write of a conversation.
    protected internal override async ValueTask<ChatResponse> ExecuteAsync(IReadOnlyList<ChatMessage> input, StepContext context) =>
        new([.. await reducer.ReduceAsync(input, context.CancellationToken).ConfigureAwait(false)]);

    /// <summary>Messages carry what services add to them, which is not the same in every process.</summary>
    internal override InputPrint? PrintOf(IReadOnlyList<ChatMessage> input, FlowRuntime runtime) => null;

    /// <summary>The messages without calls that have no result and results that have no call: a service would refuse the whole request.</summary>
    public static List<ChatMessage> WithoutTornPairs(IEnumerable<ChatMessage> messages)
    {
        var list = messages.ToList();
        var calls = list.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
        calls.IntersectWith(list.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId));
        var whole = new List<ChatMessage>(list.Count);
        foreach (var message in list)
        {
            if (message.Contents.All(IsWhole))
            {
                whole.Add(message);
                continue;
            }

            var copy = message.Clone();
            copy.Contents = [.. message.Contents.Where(IsWhole)];
            if (copy.Contents.Count > 0) whole.Add(copy);
        }

        return whole;

        bool IsWhole(AIContent content) => content switch
        {
            FunctionCallContent { InformationalOnly: false } call => calls.Contains(call.CallId),
            FunctionResultContent result => calls.Contains(result.CallId),
            _ => true,
        };
    }
}
