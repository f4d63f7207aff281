using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Models;

public sealed class ScriptedStreamsTests
{
    [Fact]
    public async Task A_stream_splits_text_in_and_between_words_and_loses_nothing()
    {
        const string Text = "A short sentence, then Donaudampfschifffahrtsgesellschaft and \n two  blanks.";
        var model = new ScriptedChatClient().Reply(Text);

        var updates = await model.AskStream("a").ReadAsync();

        Assert.True(updates.Count > 8);
        Assert.All(updates, u => Assert.True(u.Text.Length <= 12));
        Assert.Equal(Text, string.Concat(updates.Select(static u => u.Text)));
    }

    [Fact]
    public async Task A_stream_never_splits_a_surrogate_pair()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("🙂", 40));
        var updates = await new ScriptedChatClient().Reply(text).AskStream("a").ReadAsync();

        Assert.All(updates.Where(static u => u.Text.Length > 0), u => Assert.False(char.IsHighSurrogate(u.Text[^1])));
        Assert.Equal(text, string.Concat(updates.Select(static u => u.Text)));
    }

    [Fact]
    public async Task Scripted_chunks_are_the_updates()
    {
        var model = new ScriptedChatClient().ReplyChunks("Hel", "lo", " you there in the back").ReplyChunks("Hel", "lo");

        var updates = await model.AskStream("a").ReadAsync();

        Assert.Equal(["Hel", "lo", " you there in the back", ""], updates.Select(static u => u.Text));
        Assert.Equal("Hello", Assert.IsType<TextContent>(Assert.Single((await model.AskAsync("b")).Messages[0].Contents)).Text);
    }

    [Fact]
    public async Task A_stream_adds_up_to_the_response()
    {
        static ScriptedChatClient Script() => new ScriptedChatClient(new VirtualTimeProvider()).Respond(r => r
            .Text("Let me look at that.").CallTool("lookup", ("policy", "P-1")).CallTool("estimate").Usage(7, 5));

        var whole = await Script().AskAsync("a");
        var streamed = await Script().AskStream("a").ToChatResponseAsync();

        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal(whole.Calls().Select(static c => (c.CallId, c.Name)), streamed.Calls().Select(static c => (c.CallId, c.Name)));
        Assert.Equal(whole.FinishReason, streamed.FinishReason);
        Assert.Equal(whole.Usage!.TotalTokenCount, streamed.Usage!.TotalTokenCount);
        Assert.Equal((whole.ResponseId, whole.ModelId), (streamed.ResponseId, streamed.ModelId));
        Assert.Equal(Assert.Single(whole.Messages).MessageId, Assert.Single(streamed.Messages).MessageId);
    }

    [Fact]
    public async Task A_stream_can_break_off()
    {
        var model = new ScriptedChatClient().Respond(r => r.Chunks("par", "tial").Fail(new IOException("reset")));
        var seen = "";

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (var update in model.AskStream("a"))
            {
                seen += update.Text;
            }
        });

        Assert.Equal("partial", seen);
    }

    [Fact]
    public async Task Updates_are_paced_by_the_clients_clock()
    {
        var time = new VirtualTimeProvider();
        var model = new ScriptedChatClient(time).Respond(r => r
            .Chunks("a", "b", "c").After(TimeSpan.FromSeconds(5)).Pace(TimeSpan.FromSeconds(1)));

        var reading = model.AskStream("go").ReadAsync();
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(4, (await reading.Soon()).Count);
        Assert.Equal(TimeSpan.FromSeconds(7), time.Elapsed);
    }

    [Fact]
    public async Task A_stream_stops_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var model = new ScriptedChatClient().ReplyChunks("a", "b", "c");
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in model.AskStream("go", cancellation.Token))
            {
                seen++;
                cancellation.Cancel();
            }
        });

        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task A_stream_nobody_reads_is_no_request()
    {
        var model = new ScriptedChatClient().Reply("x");

        var stream = model.AskStream("a");
        Assert.Empty(model.Calls);
        await stream.ReadAsync();

        Assert.True(Assert.Single(model.Calls).IsStreaming);
    }
}
