using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable.Changes;

/// <summary>What was recorded beside an effect, before it ended, is no divergence: branches end in any order.</summary>
public class BesideTests
{
    [Fact]
    public void A_node_of_a_graph_goes_on_when_those_beside_it_and_behind_them_have_ended() => Hold("flow/slow", did =>
    {
        Step<int, int> Work(string name) => Step.Create<int, int>(name, int (x, ctx) => did.Note(ctx.Path, x + 1));
        return Flow.Graph<int, string>("flow", g =>
        {
            var slow = g.Add(Work("slow"), g.Input);
            var behind = g.Add(Work("behind"), g.Add(Work("fast"), g.Input));
            return g.Add("end", (x, y, ctx) => did.Note(ctx.Path, $"{x} {y}"), slow, behind);
        });
    });

    [Fact]
    public void A_branch_goes_on_when_those_beside_it_have_ended() => Hold("flow/core/a", did => new ChangedFlow("fan-out", false, null, did).CreateUnchanged());

    [Fact]
    public void A_tool_call_goes_on_when_those_beside_it_have_ended() => Hold("agent/helper/double", did => EveryPrefixTests.Flow("agent", did));

    private static void Hold(string path, Func<EveryPrefixTests.Did, Flow<int, string>> flow)
    {
        var stored = Restart.Record(flow(new()), 3, Configure);
        var at = stored.ToList().FindIndex(entry => $"{EntryDecoder.Decode(entry).Path}" == path);
        var last = stored.ToList().FindLastIndex(entry => $"{EntryDecoder.Decode(entry).Path}" is "flow/behind" or "flow/core/b" or "agent/helper/double#2") + 1;
        var left = stored.Take(last).Where((_, i) => i != at).Select((entry, i) => entry with { Sequence = i + 1 }).ToList();
        Assert.True(last > at + 1);
        var did = new EveryPrefixTests.Did();
        var restarted = Restart.From<string>(left, Configure, flow(did));
        Assert.True(restarted.Run!.Status == RunStatus.Completed, restarted.Run.StatusReason);
        Assert.Equal($"{EntryDecoder.Decode(stored[^1]).Value}", $"{restarted.Run.Entries[^1].Value}");
        Assert.Empty(did.Bodies().Intersect(left.Select(EntryDecoder.Decode).OfType<EffectCompletedEntry>().Select(entry => entry.Path)));
    }

    private static void Configure(FlowRuntimeOptions options) => options.Approver = new EveryPrefixTests.Yes();
}
