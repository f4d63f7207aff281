using System.Text;
using System.Text.Json;
using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Context.History;

/// <summary>Ten thousand conversations by chance: never above the window, no pair torn apart, nothing out of order, and once is enough.</summary>
public class CompactionPropertyTests
{
    private static readonly TokenEstimate Counter = TokenEstimate.Default;

    [Fact]
    public void Compaction_stays_inside_the_window_and_never_tears_a_pair()
    {
        var (compacted, cut, refused) = (0, 0, 0);
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var messages = Conversation(random);
            var budget = random.Next(4) == 0 ? (int?)null : random.Next(100, 3_000);
            var keepLast = random.Next(3) == 0 ? random.Next(1, 12) : (int?)null;
            var spare = budget is { } all && random.Next(3) == 0 ? all / 4 : 0;
            var prompt = random.Next(2) == 0 ? random.Next(messages.Count) : (int?)null;
            var plan = Plan(messages, budget, keepLast, spare, prompt);
            if (plan is null)
            {
                Assert.True(budget is null || Size(messages) <= budget, $"{seed}: too large and nothing done");
                continue;
            }

            if (plan.TokensAfter > budget)
            {
                // What must stay cannot be made small enough, which only instructions and arguments can bring about.
                refused++;
                Assert.True(Least(messages, plan) + spare > budget, $"{seed}: refused, and {Least(messages, plan)} would do");
                continue;
            }

            compacted++;
            cut += plan.Cuts.Count;
            var left = Compactor.Apply(messages, plan);
            Assert.True(budget is null || Size(left) + spare * (plan.Dropped.Count > 0 ? 1 : 0) <= budget, $"{seed}: {Size(left)} of {budget}");
            AssertPairs(messages, left, seed);
            AssertOrder(messages, left, plan, seed);
            AssertKept(messages, plan, prompt, seed);
            Assert.True(Plan(left, budget, keepLast, 0, null) is null || prompt is not null, $"{seed}: once was not enough");
        }

        Assert.True(compacted > 4_000, $"{compacted} compacted");
        Assert.True(cut > 500, $"{cut} cut");
        Assert.InRange(refused, 1, 2_000);
    }

    [Fact]
    public async Task The_reducer_is_idempotent_and_refuses_what_cannot_fit()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var messages = Conversation(new Random(seed));
            var reducer = new WindowChatReducer(2_000, keepLast: 10);
            var once = (await reducer.ReduceAsync(messages, default)).ToList();
            Assert.True(Size(once) <= 2_000);
            Assert.Equal(once, await reducer.ReduceAsync(once, default));
        }

        var instructions = new ChatMessage(ChatRole.System, new string('x', 10_000));
        await Assert.ThrowsAsync<InvalidOperationException>(() => new WindowChatReducer(100).ReduceAsync([instructions], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WindowChatReducer(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WindowChatReducer(100, 0));
    }

    [Fact]
    public void A_call_whose_result_comes_many_messages_later_stays_with_it()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "go"),
            new(ChatRole.Assistant, [new FunctionCallContent("a", "f"), new FunctionCallContent("b", "g")]),
            new(ChatRole.Tool, [new FunctionResultContent("a", new string('x', 2_000))]),
            new(ChatRole.User, "meanwhile"),
            new(ChatRole.Tool, [new FunctionResultContent("b", "late")]),
            new(ChatRole.Assistant, "so"),
            new(ChatRole.User, "and now"),
        ];
        Assert.Equal([(0, 1), (1, 5), (5, 6), (6, 7)], MessageUnits.Of(messages));
        Assert.Equal([1, 2, 3, 4], Plan(messages, 80, null, 0, null)!.Dropped);
    }

    [Fact]
    public void A_text_that_is_too_long_by_itself_loses_its_middle_and_says_so()
    {
        ChatMessage[] messages = [new(ChatRole.System, "be brief"), new(ChatRole.User, $"begin {string.Concat(Enumerable.Repeat("😀 middle ", 5_000))} end")];
        var plan = Plan(messages, 300, null, 0, null)!;
        var text = Compactor.Apply(messages, plan)[1].Text;
        Assert.StartsWith("begin ", text, StringComparison.Ordinal);
        Assert.EndsWith(" end", text, StringComparison.Ordinal);
        Assert.Contains(" characters left out to fit the window]", text, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        Assert.InRange(Counter.CountMessage(new(ChatRole.User, text)), 200, 300);
        Assert.Equal("be brief", messages[0].Text);
    }

    private static Compaction? Plan(IReadOnlyList<ChatMessage> messages, int? budget, int? keepLast, int spare, int? prompt) =>
        new Compactor(Counter).Plan(messages, [.. messages.Select(Counter.CountMessage)], budget, keepLast, spare, prompt);

    private static int Size(IEnumerable<ChatMessage> messages) => messages.Sum(Counter.CountMessage);

    /// <summary>What is left when everything that can be shortened is as short as it gets.</summary>
    private static int Least(IReadOnlyList<ChatMessage> messages, Compaction plan) =>
        messages.Where((_, i) => !plan.Dropped.Contains(i)).Sum(message => TokenEstimate.PerMessage + message.Contents.Sum(content => message.Role == ChatRole.System || TextCutting.TextOf(content) is null
            ? Counter.CountMessage(new(message.Role, [content])) - TokenEstimate.PerMessage
            : Math.Min(Counter.CountMessage(new(message.Role, [content])), 60)));

    private static void AssertPairs(List<ChatMessage> before, List<ChatMessage> left, int seed)
    {
        // Ids come again: pairs are counted.
        foreach (var id in Calls(before).Concat(Results(before)).Distinct())
        {
            Assert.True(Calls(before).Count(x => x == id) - Calls(left).Count(x => x == id) == Results(before).Count(x => x == id) - Results(left).Count(x => x == id), $"{seed}: {id} was torn apart");
        }
    }

    private static List<string> Calls(IEnumerable<ChatMessage> messages) => [.. messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId)];

    private static List<string> Results(IEnumerable<ChatMessage> messages) => [.. messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId)];

    private static void AssertOrder(List<ChatMessage> before, List<ChatMessage> left, Compaction plan, int seed)
    {
        var expected = Enumerable.Range(0, before.Count).Except(plan.Dropped).ToList();
        Assert.Equal(expected.Count, left.Count);
        for (var i = 0; i < left.Count; i++)
        {
            var isCut = plan.Cuts.Any(text => text.Message == expected[i]);
            Assert.True(isCut ? left[i].Role == before[expected[i]].Role : ReferenceEquals(left[i], before[expected[i]]), $"{seed}: {i}");
        }
    }

    private static void AssertKept(List<ChatMessage> messages, Compaction plan, int? prompt, int seed)
    {
        var users = Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == ChatRole.User).ToList();
        var kept = Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == ChatRole.System).Append(messages.Count - 1);
        if (users.Count > 0) kept = kept.Append(users[0]).Append(users[^1]);
        if (prompt is { } place) kept = kept.Append(place);
        Assert.False(kept.Intersect(plan.Dropped).Any(), $"{seed}: something that must stay was left out");
        Assert.True(plan.Cuts.All(cut => messages[cut.Message].Role != ChatRole.System), $"{seed}: instructions were cut");
    }

    /// <summary>Instructions, turns of user and assistant, calls with one or several results in one or several messages, sometimes interleaved, huge or odd.</summary>
    private static List<ChatMessage> Conversation(Random random)
    {
        var messages = new List<ChatMessage>();
        if (random.Next(4) > 0) messages.Add(new(ChatRole.System, Text(random, 60)));
        for (var turn = random.Next(1, 25); turn > 0; turn--)
        {
            switch (random.Next(6))
            {
                case 0 or 1: messages.Add(new(ChatRole.User, Text(random, random.Next(20) == 0 ? 1_200 : 60))); break;
                case 2: messages.Add(new(ChatRole.Assistant, Text(random, 120))); break;
                case 3 when random.Next(10) == 0: messages.Add(new(ChatRole.User, [new DataContent(new byte[10], "image/png"), new TextContent(Text(random, 10))])); break;
                default: AddCalls(random, messages); break;
            }
        }

        return messages;
    }

    private static void AddCalls(Random random, List<ChatMessage> messages)
    {
        // Some services number calls anew in each response.
        var ids = Enumerable.Range(0, random.Next(1, 4)).Select(i => random.Next(5) == 0 ? $"call{i}" : $"{messages.Count}-{i}").ToList();
        messages.Add(new(ChatRole.Assistant, [.. ids.Select(id => new FunctionCallContent(id, "tool", new Dictionary<string, object?> { ["x"] = Text(random, 8) }))]));
        AIContent Result(string id) => new FunctionResultContent(id, random.Next(3) == 0 ? JsonSerializer.SerializeToElement(new[] { Text(random, 30) }) : Text(random, random.Next(15) == 0 ? 900 : 40));
        if (random.Next(2) == 0)
        {
            messages.Add(new(ChatRole.Tool, [.. ids.Select(Result)]));
            return;
        }

        foreach (var id in ids)
        {
            if (random.Next(6) == 0) messages.Add(new(ChatRole.Assistant, Text(random, 5)));
            messages.Add(new(ChatRole.Tool, [Result(id)]));
        }
    }

    private static string Text(Random random, int words) => string.Join(' ', Enumerable.Range(0, random.Next(words)).Select(_ => random.Next(12) switch
    {
        0 => "Überprüfung",
        1 => "検査",
        2 => "😀",
        3 => "0x7f3a",
        _ => "word",
    }));
}
