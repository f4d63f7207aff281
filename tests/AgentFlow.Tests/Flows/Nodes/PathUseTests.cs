using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows.Nodes;

public sealed class PathUseTests
{
    private static readonly Step<int, int> Add = Step.Create<int, int>("add", (x, _) => x + 1);

    [Fact]
    public async Task Runs_of_a_flow_share_the_paths_of_its_root_and_of_the_flows_nested_in_it()
    {
        var inner = Flow.Start<int>("inner").Then(Add).Build();
        var flow = Flow.Start<int>("outer").Then(Add).Then(inner).Then(Add).Build();
        var (first, second) = (await PathsOf(flow), await PathsOf(flow));
        Assert.Equal(["outer/add", "outer/inner/add", "outer/add#2"], first.Select(path => path.ToString()));
        Assert.All(first.Zip(second), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public async Task A_flow_that_is_used_in_several_places_has_the_paths_of_each()
    {
        var inner = Flow.Start<int>("inner").Then(Add).Build();
        var one = Flow.Start<int>("one").Then(inner).Then(inner).Build();
        var two = Flow.Start<int>("two").Then(inner).Build();
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(["inner/add"], (await PathsOf(inner)).Select(path => path.ToString()));
            Assert.Equal(["one/inner/add", "one/inner#2/add"], (await PathsOf(one)).Select(path => path.ToString()));
            Assert.Equal(["two/inner/add"], (await PathsOf(two)).Select(path => path.ToString()));
        }
    }

    [Fact]
    public async Task Iterations_and_items_have_paths_of_their_own()
    {
        var flow = Flow.Start<int>("outer").Loop("more", Add, until: x => x >= 3, max: 5).ForEach(x => Enumerable.Range(0, x), Add, maxParallel: 1).Build();
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(
                ["outer/more/1/add", "outer/more/2/add", "outer/more/3/add", "outer/add/0", "outer/add/1", "outer/add/2"],
                (await PathsOf(flow)).Select(path => path.ToString()));
        }
    }

    [Fact]
    public void Many_threads_that_come_first_get_paths_that_are_equal_and_stay_the_same()
    {
        for (var round = 0; round < 200; round++)
        {
            var use = new PathUse("step", 2);
            var scope = StepPath.Root("flow");
            var paths = new StepPath[4];
            Parallel.For(0, 4, i => paths[i] = use.In(scope));
            Assert.All(paths, path => Assert.Same(paths[0], path));
            Assert.Equal("other/step#2", use.In(StepPath.Root("other")).ToString());
            Assert.Same(paths[0], use.In(scope));
        }
    }

    private static async Task<List<StepPath>> PathsOf<TOut>(Flow<int, TOut> flow)
    {
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(flow, 0);
        await run;
        return [.. run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path)];
    }
}
