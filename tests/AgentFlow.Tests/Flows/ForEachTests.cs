using AgentFlow.Journaling;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

public class ForEachTests
{
    private readonly Recorder _recorder = new();

    [Fact]
    public async Task Results_come_in_the_order_of_the_items_and_paths_are_their_index()
    {
        var check = _recorder.Step<string, int>("check-item", text => text.Length);
        var run = await _recorder.RunAndReplayAsync(Flow.Start<string[]>("list").ForEach(x => x, check, maxParallel: 2).Map(lengths => string.Join(",", lengths)).Build(), ["a", "bbb", "cc"]);
        Assert.Equal("1,3,2", await run);
        Assert.Equal(["list/check-item/0", "list/check-item/1", "list/check-item/2"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()).Order());
    }

    [Theory]
    [InlineData(1, 90)]
    [InlineData(3, 30)]
    [InlineData(4, 30)]
    [InlineData(9, 10)]
    public void Never_more_than_max_parallel_are_in_flight(int maxParallel, int milliseconds)
    {
        var run = new VirtualRun();
        var (inFlight, most) = (0, 0);
        var slow = Step.Create<int, int>("slow", async Task<int> (x, ctx) =>
        {
            most = Math.Max(most, ++inFlight);
            await run.Time.DelayInPlaceAsync(TimeSpan.FromMilliseconds(10), ctx.CancellationToken);
            inFlight--;
            return x;
        });
        var started = run.Start(Flow.Start<int>("list").ForEach(count => Enumerable.Range(0, count), slow, maxParallel).Build(), 9);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), run.Finish(started));
        Assert.Equal(Math.Min(maxParallel, 9), most);
    }

    [Fact]
    public async Task The_source_is_enumerated_once_and_lazily()
    {
        var yielded = 0;
        IEnumerable<int> Source()
        {
            for (var i = 0; i < 5; i++)
            {
                yielded++;
                yield return i;
            }
        }

        var seen = new List<int>();
        var look = Step.Create<int, int>("look", (x, _) => { seen.Add(yielded); return x; });
        await using var runtime = new FlowRuntime();
        var results = await runtime.RunAsync(Flow.Start<int>("list").ForEach(_ => Source(), look, maxParallel: 1).Build(), 0);
        Assert.Equal([0, 1, 2, 3, 4], results);
        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [Fact]
    public async Task Items_may_run_a_flow()
    {
        var inner = Flow.Start<int>("inner").Then(_recorder.Step<int, int>("double", x => x * 2)).Build();
        var flow = Flow.Start<int>("list").ForEach(count => Enumerable.Range(0, count), inner, maxParallel: 4).Map(all => all.Sum()).Build();
        Assert.Equal(12, await await _recorder.RunAndReplayAsync(flow, 4));
    }

    [Fact]
    public async Task The_first_failure_is_the_verbs_own()
    {
        var fail = _recorder.Step<int, int>("fail", x => x == 2 ? throw new InvalidOperationException("two") : x);
        var run = await _recorder.RunAndReplayAsync(Flow.Start<int>("list").ForEach(count => Enumerable.Range(0, count), fail, maxParallel: 1).Build(), 5);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("list/fail/2", run.Entries.OfType<RunStatusEntry>().Single().Path.ToString());
        Assert.DoesNotContain(run.Entries, entry => entry.Path.ToString() == "list/fail/3");
    }

    [Fact]
    public async Task An_empty_source_yields_an_empty_list()
    {
        var never = Step.Create<int, int>("never", int (_, _) => throw new InvalidOperationException());
        await using var runtime = new FlowRuntime();
        Assert.Empty(await runtime.RunAsync(Flow.Start<int>("list").ForEach(_ => Array.Empty<int>(), never, maxParallel: 3).Build(), 0));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("selector")]
    [InlineData("enumerator")]
    public async Task A_source_that_fails_is_named_with_its_path(string how)
    {
        IEnumerable<int> Broken()
        {
            yield return 1;
            throw new InvalidOperationException("broken");
        }

        var step = Step.Create<int, int>("step", (x, _) => x);
        var flow = Flow.Start<string>("list").ForEach(x => x switch
        {
            "null" => null!,
            "selector" => throw new InvalidOperationException("broken"),
            _ => Broken(),
        }, step, maxParallel: 2).Build();
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, how));
        Assert.Equal("list/step", Assert.IsType<FlowCodeException>(failure.InnerException).Path.ToString());
    }

    [Fact]
    public void A_bound_that_lets_nothing_start_is_a_defect()
    {
        var step = Step.Create<int, int>("step", (x, _) => x);
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int[]>("list").ForEach(x => x, step, maxParallel: 0).Build());
        Assert.Equal("list/step: a ForEach with maxParallel 0 could start nothing. Let it run at least 1 item at a time.", Assert.Single(error.Defects).ToString());
    }
}
