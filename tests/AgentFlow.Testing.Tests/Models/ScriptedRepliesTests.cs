using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Models;

public sealed partial class ScriptedRepliesTests
{
    [Fact]
    public async Task Replies_come_in_script_order()
    {
        var model = new ScriptedChatClient().Reply("one").Reply("two").Reply(call => $"echo {call.Text}");

        Assert.Equal("one", (await model.AskAsync("a")).Text);
        Assert.Equal("two", (await model.AskAsync("b")).Text);
        Assert.Equal("echo c", (await model.AskAsync("c")).Text);
        model.VerifyComplete();
    }

    [Fact]
    public async Task A_typed_reply_is_compact_camel_case_JSON_with_nulls_written()
    {
        var model = new ScriptedChatClient().Reply(new Facts("P-1", 12.5m, null));

        Assert.Equal("""{"policy":"P-1","amount":12.5,"note":null}""", (await model.AskAsync("facts")).Text);
    }

    [Fact]
    public async Task A_typed_reply_follows_the_JSON_options_of_the_reply_then_of_the_client()
    {
        var upper = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper };
        var model = new ScriptedChatClient(jsonOptions: upper)
            .Reply(new Facts("P-1", 1m, null))
            .Reply(new Facts("P-2", 2m, null), FactsJson.Default.Facts)
            .Reply(new Facts("P-3", 3m, null), new JsonSerializerOptions { TypeInfoResolver = FactsJson.Default });

        Assert.Contains("\"POLICY\":\"P-1\"", (await model.AskAsync("a")).Text);
        Assert.Contains("\"Policy\":\"P-2\"", (await model.AskAsync("b")).Text);
        Assert.Contains("\"Policy\":\"P-3\"", (await model.AskAsync("c")).Text);
    }

    [Fact]
    public void An_exception_or_a_task_is_not_taken_for_data()
    {
        var error = Assert.Throws<ArgumentException>(() => new ScriptedChatClient().Reply(new HttpRequestException("503")));
        Assert.Contains("Use Fail", error.Message);
        Assert.Throws<ArgumentException>(() => new ScriptedChatClient().Reply(Task.FromResult("x")));
    }

    [Fact]
    public async Task A_tool_call_carries_its_arguments_as_JSON_under_the_names_written()
    {
        var model = new ScriptedChatClient().CallTool("lookup", new { policy = "P-1", Year = 2024, none = (string?)null });

        var response = await model.AskAsync("go");

        var call = Assert.Single(response.Calls());
        Assert.Equal("lookup", call.Name);
        Assert.Equal(["policy", "Year", "none"], call.Arguments!.Keys);
        Assert.Equal("P-1", Assert.IsType<JsonElement>(call.Arguments["policy"]).GetString());
        Assert.Equal(2024, Assert.IsType<JsonElement>(call.Arguments["Year"]).GetInt32());
        Assert.Null(call.Arguments["none"]);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task Tool_arguments_may_be_pairs_a_dictionary_a_typed_value_or_nothing()
    {
        var model = new ScriptedChatClient()
            .CallTool("a", ("x", 1), ("y", "two"))
            .Respond(r => r.CallTool("b", new Dictionary<string, object?> { ["z"] = 3.5m }))
            .CallTool("c", new Facts("P-1", 2m, null))
            .Respond(r => r.CallTool("d", new Facts("P-2", 2m, null), FactsJson.Default.Facts))
            .CallTool("e");

        Assert.Equal(["x=1", "y=two"], Arguments(await model.AskAsync("")));
        Assert.Equal(["z=3.5"], Arguments(await model.AskAsync("")));
        Assert.Equal(["policy=P-1", "amount=2", "note="], Arguments(await model.AskAsync("")));
        Assert.Equal(["Policy=P-2", "Amount=2", "Note="], Arguments(await model.AskAsync("")));
        Assert.Empty(Arguments(await model.AskAsync("")));

        static string[] Arguments(ChatResponse response) =>
            [.. Assert.Single(response.Calls()).Arguments!.Select(static a => $"{a.Key}={a.Value}")];
    }

    [Fact]
    public void Arguments_that_are_no_object_or_name_one_twice_are_refused_when_scripted()
    {
        Assert.Contains("new { name = value }", Assert.Throws<ArgumentException>(() => new ScriptedChatClient().CallTool("a", new[] { 1 })).Message);
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => new ScriptedChatClient().CallTool("a", ("x", 1), ("x", 2))).Message);
    }

    [Fact]
    public async Task Several_tool_calls_of_one_reply_have_ids_that_follow_the_script()
    {
        var model = new ScriptedChatClient()
            .Reply("first")
            .CallTools(("lookup", new { policy = "P-1" }), ("estimate", new { claim = 7 }));

        await model.AskAsync("a");
        var calls = (await model.AskAsync("b")).Calls();

        Assert.Equal(["lookup", "estimate"], calls.Select(static c => c.Name));
        Assert.Equal(["call-2.1", "call-2.2"], calls.Select(static c => c.CallId));
    }

    [Fact]
    public async Task Malformed_arguments_arrive_as_they_do_from_a_provider()
    {
        var model = new ScriptedChatClient().CallToolRaw("lookup", "{ policy").CallToolRaw("lookup", "[1]").CallToolRaw("lookup", """{"policy":"P-1","year":null}""");

        var malformed = Assert.Single((await model.AskAsync("a")).Calls());
        Assert.Null(malformed.Arguments);
        Assert.NotNull(malformed.Exception);
        Assert.NotNull(Assert.Single((await model.AskAsync("b")).Calls()).Exception);
        var good = Assert.Single((await model.AskAsync("c")).Calls());
        Assert.Null(good.Exception);
        Assert.Equal("P-1", good.Arguments!["policy"]!.ToString());
        Assert.Null(good.Arguments["year"]);
    }

    [Fact]
    public async Task A_failure_is_thrown_as_given()
    {
        var failure = new HttpRequestException("503");
        var model = new ScriptedChatClient().Fail(failure).Fail(failure);

        Assert.Same(failure, await Assert.ThrowsAsync<HttpRequestException>(() => model.AskAsync("a")));
        Assert.Same(failure, await Assert.ThrowsAsync<HttpRequestException>(() => model.AskStream("a").ReadAsync()));
    }

    [Fact]
    public async Task Empty_filtered_and_truncated_replies_say_so()
    {
        var model = new ScriptedChatClient().ReplyEmpty().ReplyFiltered().ReplyTruncated("half a sen");

        var empty = await model.AskAsync("a");
        Assert.Empty(Assert.Single(empty.Messages).Contents);
        Assert.Equal(ChatFinishReason.Stop, empty.FinishReason);
        Assert.Equal(ChatFinishReason.ContentFilter, (await model.AskAsync("b")).FinishReason);
        var truncated = await model.AskAsync("c");
        Assert.Equal("half a sen", truncated.Text);
        Assert.Equal(ChatFinishReason.Length, truncated.FinishReason);
    }

    [Fact]
    public async Task Usage_is_reported_when_scripted_and_each_response_has_its_own()
    {
        var model = new ScriptedChatClient(modelId: "fast").Reply("x", r => r.Usage(120, 8)).Times(2).Reply("y");

        var first = await model.AskAsync("a");
        var second = await model.AskAsync("b");
        first.Usage!.InputTokenCount = 0;

        Assert.Equal((120L, 8L, 128L), (second.Usage!.InputTokenCount, second.Usage.OutputTokenCount, second.Usage.TotalTokenCount));
        Assert.Null((await model.AskAsync("c")).Usage);
        Assert.Equal("fast", first.ModelId);
    }

    [Fact]
    public async Task A_delay_passes_on_the_clients_clock_and_ends_when_cancelled()
    {
        var time = new VirtualTimeProvider();
        using var cancellation = new CancellationTokenSource();
        var model = new ScriptedChatClient(time)
            .Reply("slow", r => r.After(TimeSpan.FromSeconds(40)))
            .Reply("never", r => r.After(TimeSpan.FromSeconds(40)));

        var slow = model.AskAsync("a");
        time.Advance(TimeSpan.FromSeconds(39));
        Assert.False(slow.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("slow", (await slow.Soon()).Text);

        var never = model.AskAsync("b", null, cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never.Soon());
    }

    [Fact]
    public async Task A_gate_holds_the_reply_back_even_when_the_gate_fails()
    {
        var gate = new TaskCompletionSource();
        var model = new ScriptedChatClient().Reply("x", r => r.After(gate.Task));

        var reply = model.AskAsync("a");
        Assert.False(reply.IsCompleted);
        gate.SetException(new InvalidOperationException());

        Assert.Equal("x", (await reply.Soon()).Text);
    }

    [Fact]
    public async Task Text_tool_calls_and_other_content_keep_their_order()
    {
        var model = new ScriptedChatClient().Respond(r => r
            .Text("Let me ").Text("look.").CallTool("lookup", ("policy", "P-1")).Content(new TextReasoningContent("hm")).Text("Done."));

        var contents = Assert.Single((await model.AskAsync("a")).Messages).Contents;

        Assert.Collection(
            contents,
            c => Assert.Equal("Let me look.", Assert.IsType<TextContent>(c).Text),
            c => Assert.Equal("lookup", Assert.IsType<FunctionCallContent>(c).Name),
            c => Assert.Equal("hm", Assert.IsType<TextReasoningContent>(c).Text),
            c => Assert.Equal("Done.", Assert.IsType<TextContent>(c).Text));
    }

    internal sealed record Facts(string Policy, decimal Amount, string? Note);

    [JsonSerializable(typeof(Facts))]
    internal sealed partial class FactsJson : JsonSerializerContext;
}
