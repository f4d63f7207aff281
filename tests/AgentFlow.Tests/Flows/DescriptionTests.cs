namespace AgentFlow.Tests.Flows;

public class DescriptionTests
{
    [Fact]
    public void Nodes_have_unique_ids_and_edges_join_them()
    {
        var description = EveryVerb.Flow().Describe();
        var ids = description.Nodes.Select(node => node.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(description.Edges, edge => Assert.Contains(edge.From, ids));
        Assert.All(description.Edges, edge => Assert.Contains(edge.To, ids));
        Assert.All(description.Nodes.Where(node => node.Parent is not null), node => Assert.Contains(node.Parent!, ids));
        Assert.Equal(("every-verb", 3), (description.Name, description.Version));
    }

    [Fact]
    public void Everything_can_be_reached_from_the_input()
    {
        var description = EveryVerb.Flow().Describe();
        var reached = new HashSet<string> { "every-verb/(input)" };
        while (description.Edges.Any(edge => reached.Contains(edge.From) && reached.Add(edge.To)))
        {
        }

        Assert.Equal(["every-verb/inner", "every-verb/kind/graph"], description.Nodes.Select(node => node.Id).Except(reached));
    }

    [Fact]
    public void A_node_says_what_it_is()
    {
        var description = EveryVerb.Flow().Describe();
        DescribedNode Node(string id) => description.Nodes.Single(node => node.Id == id);
        Assert.Equal(new("every-verb/load", "load", "step", "int", "int") { Settings = "effect=Read; lane=ocr; retry=3; timeout=00:00:30" }, Node("every-verb/load"));
        Assert.Equal(new("every-verb/inner/first", "first", "step", "int", "int") { Parent = "every-verb/inner" }, Node("every-verb/inner/first"));
        Assert.Equal(new("every-verb/grow", "grow", "loop", "int", "int") { Settings = "max=5; on-limit=Fail" }, Node("every-verb/grow"));
        Assert.Equal("(int, string)", Node("every-verb/left/(join)").Output);
    }

    [Fact]
    public async Task Ids_are_paths_of_the_run()
    {
        var flow = Flow.Start<int>("simple").Then(EveryVerb.Number("a")).Then(EveryVerb.Number("a")).FanOut(EveryVerb.Number("b"), EveryVerb.Text("c")).Map((b, _) => b)
            .Route("r", x => x > 0, r => r.Case(true, EveryVerb.Number("d")).Otherwise(EveryVerb.Number("e"))).Build();
        var run = await Recorder.RunAsync(flow, 1);
        Assert.Empty(run.Entries.Select(entry => entry.Path.ToString()).Where(path => path != "simple").Except(flow.Describe().Nodes.Select(node => node.Id)));
        Assert.Contains("every-verb/kind/graph/join", EveryVerb.Flow().Describe().Nodes.Select(node => node.Id));
    }

    [Fact]
    public void A_description_is_made_once_and_a_copy_has_its_own()
    {
        var flow = EveryVerb.Flow();
        Assert.Same(flow.Describe(), flow.Describe());
        var copy = (Flow<int, string>)flow.As("copy");
        Assert.Equal("copy", copy.Describe().Name);
        Assert.Equal("every-verb", flow.Describe().Name);
        Assert.NotEqual(flow.Fingerprint, copy.Fingerprint);
    }

    [Fact]
    public void Code_and_agents_are_single_nodes()
    {
        var code = Flow.FromCode<int, int>("code", (x, _) => new(x), version: 2);
        Assert.Equal(["input", "flow", "output"], code.Describe().Nodes.Select(node => node.Kind));
        var agent = Agent.Create<int, string>("agent").Instructions("…").Tools(Tool.From(EveryVerb.Text("look"))).MaxTurns(4).Build();
        var node = Flow.Start<int>("flow").Then(agent).Build().Describe().Nodes[1];
        Assert.Equal(("flow/agent", "agent", "tools=look; max-turns=4; repairs=2; max-tool-calls=64"), (node.Id, node.Kind, node.Settings));
    }
}
