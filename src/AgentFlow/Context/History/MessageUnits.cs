using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// A conversation as the pieces that stay or go as a whole. A call and its results are one piece, with everything between them, however
/// many messages that are.
/// </summary>
internal static class MessageUnits
{
    public static List<(int Start, int End)> Of(IReadOnlyList<ChatMessage> messages)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var reach = new int[messages.Count];
        for (var i = 0; i < messages.Count; i++)
        {
            reach[i] = i;
            foreach (var content in messages[i].Contents)
            {
                if (IdOf(content) is not { } id) continue;

                // An id that a model uses again begins a pair of its own.
                if (content is FunctionCallContent || !first.TryGetValue(id, out var call)) first[id] = i;
                else reach[call] = i;
            }
        }

        var units = new List<(int, int)>();
        for (var start = 0; start < messages.Count;)
        {
            var end = start;
            for (var i = start; i <= end; i++) end = Math.Max(end, reach[i]);
            units.Add((start, end + 1));
            start = end + 1;
        }

        return units;
    }

    private static string? IdOf(AIContent content) => content switch
    {
        FunctionCallContent call => call.CallId,
        FunctionResultContent result => result.CallId,
        _ => null,
    };
}
