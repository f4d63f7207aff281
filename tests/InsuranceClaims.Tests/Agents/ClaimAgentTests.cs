using AgentFlow;
using AgentFlow.Journaling;
using InsuranceClaims.Offline;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.Agents;

/// <summary>Each agent, run by the library, says what plain code gets from the same model.</summary>
public sealed class ClaimAgentTests
{
    [Theory]
    [InlineData("01-burst-pipe")]
    [InlineData("07-no-policy-number")]
    [InlineData("14-wohnungsbrand")]
    public async Task Agents_run_by_the_library_find_what_plain_code_finds(string id)
    {
        using var model = new RuleBasedChatClient();
        await using var runtime = RuntimeWith(model);
        var file = await SampleFiles.ReadAsync(id);
        var expected = await ClaimByHand.RunAsync(model, file);

        var claim = new Claim(file, await runtime.RunAsync(ExtractFacts.Create(), file));
        var assessed = new AssessedClaim(claim, new Assessment(
            await runtime.RunAsync(CheckCoverage.Create(SampleFiles.Policies), claim),
            await runtime.RunAsync(AssessDamage.Create(), claim),
            await runtime.RunAsync(DetectFraud.Create(SampleFiles.Policies), claim)));

        Assert.Equal(ClaimsJson.Write(expected.Case), ClaimsJson.Write(assessed));
        if (expected.Investigation is { } order)
            Assert.Equal(ClaimsJson.Write(order), ClaimsJson.Write(await runtime.RunAsync(Investigate.Create(), assessed)));
        else
            Assert.Equal(expected.Settlement.Amount, (await runtime.RunAsync(Settle.Create(), assessed)).Amount);
    }

    [Fact]
    public async Task The_lookup_is_an_effect_of_its_own_between_two_model_calls()
    {
        using var model = new RuleBasedChatClient();
        await using var runtime = RuntimeWith(model);
        var claim = (await ClaimByHand.RunAsync(model, await SampleFiles.ReadAsync("01-burst-pipe"))).Case.Claim;
        var run = await runtime.StartAsync(CheckCoverage.Create(SampleFiles.Policies), claim);
        await run;

        Assert.Equal(
            ["check-coverage/model", "check-coverage/look_up_policy", "check-coverage/model#2"],
            run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task The_critic_reviews_what_the_writer_wrote()
    {
        using var model = new RuleBasedChatClient();
        await using var runtime = RuntimeWith(model);
        var settlement = (await ClaimByHand.RunAsync(model, await SampleFiles.ReadAsync("01-burst-pipe"))).Settlement;

        var draft = LetterText.Parse(await runtime.RunAsync(WriteLetter.Create(), ClaimByHand.Round(settlement)));
        var critique = await runtime.RunAsync(ReviewLetter.Create(), ClaimByHand.Round(settlement, draft));

        Assert.False(critique.Accepted);
        Assert.Contains("deductible", Assert.Single(critique.Remarks), StringComparison.Ordinal);
    }

    private static FlowRuntime RuntimeWith(IChatClient model)
    {
        var options = new FlowRuntimeOptions { SerializerOptions = ClaimsJson.Options, RoundTripValues = true };
        options.Models.Add("claims", model);
        options.Scheduler.AddLane(ModelAccess.Lane, 8);
        return new FlowRuntime(options);
    }
}
