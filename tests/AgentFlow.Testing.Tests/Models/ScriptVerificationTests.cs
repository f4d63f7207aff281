using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Models;

public sealed class ScriptVerificationTests
{
    [Fact]
    public async Task An_unanswerable_request_shows_itself_and_what_was_left()
    {
        var model = new ScriptedChatClient().When(call => call.Mentions("fraud")).Reply("clean").CallTool("lookup", ("policy", "P-1"));
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "history"), AIFunctionFactory.Create(() => 1, "estimate")] };

        var error = await Assert.ThrowsAsync<ScriptExhaustedException>(() => model.AskAsync("Assess the \"damage\".", options));

        Assert.Equal(
            """
            The scripted model has no reply for request 1.
              last message: user "Assess the \"damage\"."
              offered tools: history, estimate
              left in the script: 
                [when call => call.Mentions("fraud")] 1. "clean"
                [when call => call.Mentions("fraud")] 2. call lookup(policy: P-1)
            Script a reply for this request, or correct the When condition that should have met it.
            """,
            error.Message,
            ignoreLineEndingDifferences: true);
        Assert.Same(error.Call, Assert.Single(model.Calls));
        Assert.Equal(2, error.UnusedReplies.Count);
    }

    [Fact]
    public async Task A_script_that_is_used_up_says_so()
    {
        var error = await Assert.ThrowsAsync<ScriptExhaustedException>(() => new ScriptedChatClient().AskStream("one more").ReadAsync());

        Assert.Contains("offered tools: none", error.Message);
        Assert.Contains("left in the script: nothing", error.Message);
        Assert.Empty(error.UnusedReplies);
    }

    [Fact]
    public async Task Unused_replies_fail_the_test_by_name()
    {
        using var model = new ScriptedChatClient().Reply("one").Reply("two").When(_ => false, "never").Fail(new IOException("reset")).Times(3);
        await model.AskAsync("a");

        var error = Assert.Throws<FlowAssertionException>(model.VerifyComplete);

        Assert.Contains("1 requests came", error.Message);
        Assert.Contains("replies never asked for: 2", error.Message);
        Assert.Contains("2. \"two\"", error.Message);
        Assert.Contains("[when never] 3. fail with IOException \"reset\" (× 3)", error.Message);
        Assert.DoesNotContain("\"one\"", error.Message);
        Assert.Equal(2, model.Unused);
    }

    [Fact]
    public async Task A_request_without_reply_fails_the_test_although_the_flow_swallowed_it()
    {
        var model = new ScriptedChatClient();
        await Assert.ThrowsAsync<ScriptExhaustedException>(() => model.AskAsync("lost"));

        Assert.Contains("request 1: user \"lost\"", Assert.Throws<FlowAssertionException>(model.VerifyComplete).Message);
    }

    [Fact]
    public async Task Requests_are_recorded_as_they_were()
    {
        var model = new ScriptedChatClient().Reply("x");
        var message = new ChatMessage(ChatRole.User, "before");
        var messages = new List<ChatMessage> { new(ChatRole.System, "Be brief."), message };
        var options = new ChatOptions { Instructions = "Be kind.", Temperature = 0.5f, Tools = [AIFunctionFactory.Create(() => 1, "lookup")] };

        await model.GetResponseAsync(messages, options);
        messages.Add(new ChatMessage(ChatRole.User, "after"));
        message.Contents.Add(new TextContent("after"));
        options.Temperature = 1;
        options.Tools.Clear();

        var call = Assert.Single(model.Calls);
        Assert.Equal(["Be brief.", "before"], call.Messages.Select(static m => m.Text));
        Assert.Equal("before", call.Text);
        Assert.Equal("Be kind.\nBe brief.", call.Instructions);
        Assert.Equal(0.5f, call.Options!.Temperature);
        Assert.Equal("lookup", Assert.Single(call.Options.Tools!).Name);
        Assert.Equal(["lookup"], call.ToolNames);
        Assert.False(call.IsStreaming);
    }

    [Fact]
    public async Task A_cancelled_request_uses_up_nothing()
    {
        var model = new ScriptedChatClient().Reply("x");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.AskAsync("a", null, new CancellationToken(true)));

        Assert.Empty(model.Calls);
        Assert.Equal(1, model.Unused);
    }

    [Fact]
    public void The_client_gives_its_metadata_and_itself()
    {
        using var model = new ScriptedChatClient(modelId: "strong");

        Assert.Equal("strong", model.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Same(model, model.GetService<ScriptedChatClient>());
        Assert.Null(model.GetService<ScriptedChatClient>("key"));
        Assert.Null(model.GetService<string>());
    }

    [Fact]
    public void Requests_read_well_in_one_line()
    {
        Assert.Equal("request 1: none", new ChatCall(1, [], null, false).ToString());
        Assert.Equal(
            "request 2 (streaming): tool result of call-1.1: \"{\\\"cover\\\":1}\"",
            new ChatCall(2, [new(ChatRole.Tool, [new FunctionResultContent("call-1.1", JsonDocument.Parse("""{"cover":1}""").RootElement)])], null, true).ToString());
        Assert.Equal(
            $"request 3: user \"{new string('x', 200)}… (500 characters)\"",
            new ChatCall(3, [new(ChatRole.User, new string('x', 500))], null, false).ToString());
    }
}
