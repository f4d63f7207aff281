using System.Text.Json;
using InsuranceClaims.Offline;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.Offline;

public sealed class RuleBasedChatClientTests : IDisposable
{
    private readonly RuleBasedChatClient _client = new();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Coverage_calls_the_policy_tool_and_uses_what_it_returns()
    {
        var claim = await ClaimAsync("01-burst-pipe");
        var ask = new Ask(_client);
        var finding = await ask.ForAsync<CoverageFinding>(CheckCoverage.Instructions, CheckCoverage.Prompt(claim), SampleFiles.Policies.AsFunction());

        var call = Assert.Single(ask.Responses[0].Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal(ChatFinishReason.ToolCalls, ask.Responses[0].FinishReason);
        Assert.Equal(("look_up_policy", "HH-48213-07"), (call.Name, call.Arguments!["policyNumber"]));
        Assert.Equal((CoverageDecision.Covered, 60_000m, 150m, "Margaret Whitlock"), (finding.Decision, finding.Limit, finding.Deductible, finding.Holder));
        Assert.Equal(2, ask.Responses.Count);
    }

    [Fact]
    public async Task A_number_the_tool_does_not_know_is_followed_by_one_try_with_the_name()
    {
        var claim = await ClaimAsync("01-burst-pipe");
        claim = claim with { Facts = claim.Facts with { PolicyNumber = "HH-99999-99" } };
        var ask = new Ask(_client);
        var finding = await ask.ForAsync<CoverageFinding>(CheckCoverage.Instructions, CheckCoverage.Prompt(claim), SampleFiles.Policies.AsFunction());

        Assert.Equal(3, ask.Responses.Count);
        Assert.Equal("HH-48213-07", finding.PolicyNumber);
    }

    [Fact]
    public async Task A_policy_that_nobody_finds_leaves_the_coverage_unclear()
    {
        var claim = await ClaimAsync("01-burst-pipe");
        var facts = claim.Facts with { PolicyNumber = "HH-99999-99", Claimant = "Nobody Known" };
        var finding = await new Ask(_client).ForAsync<CoverageFinding>(CheckCoverage.Instructions, CheckCoverage.Prompt(claim with { Facts = facts }), SampleFiles.Policies.AsFunction());
        Assert.Equal(CoverageDecision.Unclear, finding.Decision);
        Assert.Contains("Nobody Known", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_of_no_known_kind_is_a_question_not_a_refusal()
    {
        var file = new ClaimFile("x", "x.txt", "Margaret Whitlock, HH-48213-07. My piano sounds odd since 1 June 2026, the tuner wants €90.");
        var journey = await ClaimByHand.RunAsync(_client, file);
        Assert.Equal(SettlementOutcome.AskForDocuments, journey.Settlement.Outcome);
        Assert.Contains("what happened", journey.Letter.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_tool_no_policy_is_invented()
    {
        var finding = await new Ask(_client).ForAsync<CoverageFinding>(CheckCoverage.Instructions, CheckCoverage.Prompt(await ClaimAsync("01-burst-pipe")));
        Assert.Equal(CoverageDecision.Unclear, finding.Decision);
    }

    [Fact]
    public async Task A_failing_tool_is_told_in_the_reason()
    {
        var broken = AIFunctionFactory.Create((string policyNumber) => $"Error: the database with {policyNumber} is down", "find_policy");
        var finding = await new Ask(_client).ForAsync<CoverageFinding>(CheckCoverage.Instructions, CheckCoverage.Prompt(await ClaimAsync("01-burst-pipe")), broken);
        Assert.Equal(CoverageDecision.Unclear, finding.Decision);
        Assert.Contains("is down", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_has_the_shape_of_the_schema_that_was_asked_for()
    {
        using var schema = JsonDocument.Parse("""
            { "type": "object", "additionalProperties": false, "required": ["policy_number", "damage", "shoe_size"],
              "properties": { "policy_number": { "type": "string" }, "damage": { "enum": ["WATER", "FIRE"] }, "shoe_size": { "type": "integer" } } }
            """);
        var response = await _client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, "A pipe burst and leaked on 1 June 2026. Policy HH-48213-07")],
            new ChatOptions { Instructions = "Extract the facts.", ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) });
        Assert.Equal("""{"policy_number":"HH-48213-07","damage":"WATER","shoe_size":0}""", response.Text);
    }

    [Theory]
    [InlineData("01-burst-pipe")]
    [InlineData("10-long-story")]
    public async Task Streaming_gives_the_same_answer_in_pieces(string id)
    {
        var prompt = new ChatMessage(ChatRole.User, ExtractFacts.Prompt(await SampleFiles.ReadAsync(id)));
        var options = new ChatOptions { Instructions = ExtractFacts.Instructions, ResponseFormat = ChatResponseFormat.Json };
        var whole = await _client.GetResponseAsync([prompt], options);
        var updates = await _client.GetStreamingResponseAsync([prompt], options).ToListAsync();
        var joined = updates.ToChatResponse();

        Assert.True(updates.Count > 10);
        Assert.Equal(whole.Text, joined.Text);
        Assert.Equal((whole.FinishReason, whole.ResponseId), (joined.FinishReason, joined.ResponseId));
        Assert.Equal(whole.Usage!.TotalTokenCount, joined.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task A_streamed_tool_call_is_the_same_call()
    {
        var prompt = new ChatMessage(ChatRole.User, CheckCoverage.Prompt(await ClaimAsync("01-burst-pipe")));
        var options = new ChatOptions { Instructions = CheckCoverage.Instructions, Tools = [SampleFiles.Policies.AsFunction()] };
        var streamed = await _client.GetStreamingResponseAsync([prompt], options).ToChatResponseAsync();
        var call = Assert.Single(streamed.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal("HH-48213-07", call.Arguments!["policyNumber"]);
        Assert.Equal(ChatFinishReason.ToolCalls, streamed.FinishReason);
    }

    [Fact]
    public async Task Usage_grows_with_the_text()
    {
        var options = new ChatOptions { Instructions = ExtractFacts.Instructions, ResponseFormat = ChatResponseFormat.Json };
        var small = await _client.GetResponseAsync([new ChatMessage(ChatRole.User, "x")], options);
        var large = await _client.GetResponseAsync([new ChatMessage(ChatRole.User, new string('x', 4000))], options);
        Assert.InRange(large.Usage!.InputTokenCount!.Value - small.Usage!.InputTokenCount!.Value, 999, 1001);
    }

    [Fact]
    public async Task A_cap_on_the_output_cuts_it_and_says_so()
    {
        var response = await _client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, "A fire on 1 June 2026.")],
            new ChatOptions { Instructions = ExtractFacts.Instructions, MaxOutputTokens = 10 });
        Assert.Equal((40, ChatFinishReason.Length), (response.Text.Length, response.FinishReason));
    }

    [Fact]
    public async Task A_cancelled_call_does_not_answer() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => _client.GetResponseAsync([new ChatMessage(ChatRole.User, "x")], null, new CancellationToken(canceled: true)));

    [Fact]
    public async Task The_writer_follows_remarks_it_has_not_seen_before_and_keeps_its_draft()
    {
        var settlement = (await ClaimByHand.RunAsync(_client, await SampleFiles.ReadAsync("18-no-amount"))).Settlement;
        var ask = new Ask(_client);
        var first = LetterText.Parse(await ask.TextAsync(WriteLetter.Instructions, WriteLetter.Prompt(ClaimByHand.Round(settlement))));
        var second = LetterText.Parse(await ask.TextAsync(WriteLetter.Instructions,
            WriteLetter.Prompt(ClaimByHand.Round(settlement, first, new Critique(false, ["The reader does not learn how one could complain about this."])))));

        Assert.DoesNotContain("ombudsman", first.Body, StringComparison.Ordinal);
        Assert.Contains("ombudsman", second.Body, StringComparison.Ordinal);
        Assert.All(first.Body.Split("\n\n"), paragraph => Assert.Contains(paragraph, second.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Our fraud score for you is high.", "internal")]
    [InlineData("We also add €999.99.", "999.99")]
    public async Task The_critic_rejects_what_must_not_be_in_a_letter(string sentence, string remark)
    {
        var journey = await ClaimByHand.RunAsync(_client, await SampleFiles.ReadAsync("16-glasbruch"));
        var spoiled = journey.Letter with { Body = journey.Letter.Body + "\n\n" + sentence };
        var critique = await new Ask(_client).ForAsync<Critique>(ReviewLetter.Instructions, ReviewLetter.Prompt(ClaimByHand.Round(journey.Settlement, spoiled)));
        Assert.False(critique.Accepted);
        Assert.Contains(critique.Remarks, said => said.Contains(remark, StringComparison.Ordinal));
    }

    private async Task<Claim> ClaimAsync(string id)
    {
        var file = await SampleFiles.ReadAsync(id);
        return new Claim(file, await new Ask(_client).ForAsync<ClaimFacts>(ExtractFacts.Instructions, ExtractFacts.Prompt(file)));
    }
}
