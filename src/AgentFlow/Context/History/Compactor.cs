using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// Makes a conversation fit: leaves out the oldest pieces between its beginning and its end, and takes the middle out of texts that are
/// too long by themselves. Instructions, the first and the last message of a user, and the last piece stay. Pure.
/// </summary>
internal sealed class Compactor(ITokenCounter counter)
{
    /// <summary>
    /// What to leave out, or null when everything fits.
    /// </summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="sizes">The tokens of each message.</param>
    /// <param name="budget">How many tokens there may be; null for any number.</param>
    /// <param name="keepLast">How many messages may stay beside those that must; null for any number.</param>
    /// <param name="spare">How many tokens are kept free for a summary.</param>
    /// <param name="pinned">A place that must stay.</param>
    public Compaction? Plan(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> sizes, int? budget, int? keepLast, int spare = 0, int? pinned = null)
    {
        var total = Sum(sizes);
        var units = MessageUnits.Of(messages);
        var stays = new bool[units.Count];
        var free = Protect(messages, units, stays, pinned);
        if (!(total > budget) && !(free > keepLast)) return null;

        // Down to three quarters, so that the next turns need no compaction, and the service finds the beginning in its cache.
        var target = total > budget ? Math.Min(budget.Value - (budget.Value / 4), budget.Value - spare) : int.MaxValue;
        var (left, dropped) = ((long)total, new List<int>());
        var most = spare > 0 ? keepLast - 1 : keepLast;
        for (var i = 0; i < units.Count && (left > target || free > most); i++)
        {
            if (stays[i]) continue;
            var (start, end) = units[i];
            for (var place = start; place < end; place++)
            {
                dropped.Add(place);
                left -= sizes[place];
                free--;
            }
        }

        if (dropped.Count == 0) spare = 0;
        var cuts = new List<TextCut>();
        if (left + spare > budget) left = Cut(messages, sizes, dropped, cuts, left, budget.Value - spare);
        return new()
        {
            Budget = budget,
            TokensBefore = total,
            TokensAfter = (int)left + spare,
            MessagesBefore = messages.Count,
            Dropped = dropped,
            Cuts = cuts,
        };
    }

    /// <summary>What is left, with a summary in the place of what is not.</summary>
    public static List<ChatMessage> Apply(IReadOnlyList<ChatMessage> messages, Compaction compaction, ChatMessage? summary = null)
    {
        var dropped = compaction.Dropped.ToHashSet();
        var cuts = compaction.Cuts.ToLookup(cut => cut.Message);
        var left = new List<ChatMessage>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            if (dropped.Contains(i))
            {
                if (summary is not null) left.Add(summary);
                summary = null;
                continue;
            }

            left.Add(cuts.Contains(i) ? TextCutting.Apply(messages[i], cuts[i]) : messages[i]);
        }

        return left;
    }

    public static int Sum(IEnumerable<int> sizes) => (int)Math.Min(int.MaxValue, sizes.Sum(static size => (long)size));

    /// <summary>Marks what stays, and counts the messages that need not.</summary>
    private static int Protect(IReadOnlyList<ChatMessage> messages, List<(int Start, int End)> units, bool[] stays, int? pinned)
    {
        var (first, last) = (-1, -1);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatRole.User) continue;
            if (first < 0) first = i;
            last = i;
        }

        var free = 0;
        for (var i = 0; i < units.Count; i++)
        {
            var (start, end) = units[i];
            stays[i] = i == units.Count - 1 || Holds(first) || Holds(last) || Holds(pinned ?? -1) || HasInstructions();
            if (!stays[i]) free += end - start;

            bool Holds(int place) => place >= start && place < end;

            bool HasInstructions()
            {
                for (var place = start; place < end; place++)
                {
                    if (messages[place].Role == ChatRole.System) return true;
                }

                return false;
            }
        }

        return free;
    }

    /// <summary>Shortens the longest parts first. What cannot be shortened any more is the caller's to refuse.</summary>
    private long Cut(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> sizes, List<int> dropped, List<TextCut> cuts, long left, int budget)
    {
        var parts = PartsOf(messages, [.. dropped]);
        parts.Sort(static (one, other) => (other.Tokens, one.Message, one.Content).CompareTo((one.Tokens, other.Message, other.Content)));
        var planned = sizes.ToArray();
        foreach (var part in parts)
        {
            if (left <= budget) break;
            var goal = Math.Max(part.Least, part.Tokens - (left - budget));
            if (goal >= part.Tokens) continue;
            cuts.Add(TextCutting.Fit(part.Text, (int)goal, counter, part.Message, part.Content));
            var size = counter.CountMessage(TextCutting.Apply(messages[part.Message], cuts.Where(cut => cut.Message == part.Message)));
            left += size - planned[part.Message];
            planned[part.Message] = size;
        }

        cuts.Sort(static (one, other) => (one.Message, one.Content).CompareTo((other.Message, other.Content)));
        return left;
    }

    private List<Part> PartsOf(IReadOnlyList<ChatMessage> messages, HashSet<int> dropped)
    {
        var parts = new List<Part>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (dropped.Contains(i) || messages[i].Role == ChatRole.System) continue;
            for (var j = 0; j < messages[i].Contents.Count; j++)
            {
                var content = messages[i].Contents[j];
                if (TextCutting.TextOf(content) is not { } text) continue;
                var tokens = text.Length > 0 ? counter.CountText(text) : counter.CountMessage(new ChatMessage(messages[i].Role, [content]));
                parts.Add(new(i, j, text, tokens, TextCutting.LeastTokens(text, counter)));
            }
        }

        return parts;
    }

    private readonly record struct Part(int Message, int Content, string Text, long Tokens, long Least);
}
