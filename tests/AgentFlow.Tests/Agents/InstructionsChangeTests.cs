using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Agents;

/// <summary>An agent whose instructions change while an invocation of it is under way.</summary>
public class InstructionsChangeTests
{
    [Fact]
    public void By_default_it_goes_on_with_the_instructions_of_today_and_records_nothing_about_them()
    {
        var begun = Begun("be brief", InstructionsChange.Continue);
        Assert.DoesNotContain(begun, IsInstructions);
        var model = new ScriptedChatClient().Reply("done");
        Assert.Equal("done", Restart.From<string>(begun, null, FlowOf(model, "be kind")).Run!.Value());
        Assert.Equal(["be kind"], model.Calls.Select(call => call.Instructions));
    }

    [Theory]
    [InlineData("be brief")]
    [InlineData(null)]
    public async Task A_pinned_agent_goes_on_with_those_it_began_with_and_a_new_invocation_has_those_of_today(string? began)
    {
        var begun = Begun(began, InstructionsChange.Pin);
        var model = new ScriptedChatClient().Reply("done").Reply("again");
        var restarted = Restart.From<string>(begun, null, FlowOf(model, "be kind", InstructionsChange.Pin));
        Assert.Equal("done", restarted.Run!.Value());
        Assert.Equal([began ?? ""], model.Calls.Select(call => call.Instructions));

        var fresh = new VirtualRun();
        Assert.Equal("again", await fresh.Runtime.RunAsync(FlowOf(model, "be kind", InstructionsChange.Pin), "x"));
        Assert.Equal("be kind", model.Calls[^1].Instructions);
    }

    [Fact]
    public void An_agent_that_refuses_says_who_where_and_what_to_do_and_goes_on_when_they_are_the_same()
    {
        var begun = Begun("be brief", InstructionsChange.Refuse);
        var same = new ScriptedChatClient().Reply("done");
        Assert.Equal("done", Restart.From<string>(begun, null, FlowOf(same, "be brief", InstructionsChange.Refuse)).Run!.Value());

        var other = new ScriptedChatClient();
        var held = Restart.From<string>(begun, null, FlowOf(other, "be kind", InstructionsChange.Refuse));
        var refused = Assert.IsType<InstructionsChangedException>(Assert.IsType<RunHeldException>(held.Run!.Error).InnerException);
        Assert.Empty(other.Calls);
        Assert.Equal(("agent", "f/agent"), (refused.Agent, $"{refused.Path}"));
        Assert.Contains("\"be brief\"", refused.Recorded, StringComparison.Ordinal);
        Assert.Contains("\"be kind\"", refused.Requested, StringComparison.Ordinal);
        Assert.Contains("WhenInstructionsChange(InstructionsChange.Pin)", refused.Message, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Suspended, refused.Message), (held.Run.Status, held.Run.StatusReason));

        var pinned = new ScriptedChatClient().Reply("done");
        Assert.Equal("done", Restart.From<string>(Restart.Stored(held.Journal, held.Run.Id), null, FlowOf(pinned, "be kind", InstructionsChange.Pin)).Run!.Value());
        Assert.Equal("be brief", pinned.Calls[0].Instructions);
    }

    [Fact]
    public void What_began_before_the_choice_keeps_the_instructions_of_then_on()
    {
        var before = Begun("be brief", InstructionsChange.Continue);
        var model = new ScriptedChatClient().Reply("done");
        var restarted = Restart.From<string>(before, null, FlowOf(model, "be kind", InstructionsChange.Pin));
        Assert.Equal(("done", "be kind"), (restarted.Run!.Value(), model.Calls[0].Instructions));
        Assert.Contains(Restart.Stored(restarted.Journal, restarted.Run!.Id), IsInstructions);
    }

    [Fact]
    public void A_choice_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").WhenInstructionsChange((InstructionsChange)7));

    /// <summary>A run that was cut after the agent's first model call.</summary>
    private static List<StoredEntry> Begun(string? instructions, InstructionsChange change)
    {
        var model = new ScriptedChatClient().CallTool("look", new { }).Reply("done");
        var entries = Restart.Record(FlowOf(model, instructions, change), "x");
        var decoded = entries.Select(EntryDecoder.Decode).ToList();
        return [.. entries.Take(decoded.FindIndex(entry => entry is EffectCompletedEntry && entry.Path.Name == "model") + 1)];
    }

    private static bool IsInstructions(StoredEntry entry) => EntryDecoder.Decode(entry) is DecisionMadeEntry { Decision: DecisionKind.Instructions };

    private static Flow<string, string> FlowOf(ScriptedChatClient model, string? instructions, InstructionsChange change = InstructionsChange.Continue) =>
        Flow.Start<string>("f").Then(AgentOf(model, instructions, change)).Build();

    private static Agent<string, string> AgentOf(ScriptedChatClient model, string? instructions, InstructionsChange change)
    {
        var agent = Agent.Create("agent").Model(model).Tools(Tool.From("look", "Looks.", () => 1, o => o.Effect(EffectClass.Read))).WhenInstructionsChange(change);
        return (instructions is null ? agent : agent.Instructions(instructions)).Build();
    }
}
