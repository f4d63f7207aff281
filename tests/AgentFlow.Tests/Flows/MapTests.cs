namespace AgentFlow.Tests.Flows;

public class MapTests
{
    [Fact]
    public async Task A_map_changes_the_value_and_records_nothing()
    {
        var flow = Flow.Start<int>("numbers").Map(x => x + 1).Map(x => $"<{x}>").Build();
        var run = await Recorder.RunAsync(flow, 4);
        Assert.Equal("<5>", await run);
        Assert.Equal(["numbers", "numbers"], run.Entries.Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task A_map_spreads_the_parts_of_a_tuple()
    {
        await using var runtime = new FlowRuntime();
        var two = Flow.Start<int>("two").Map(x => (x, $"{x}")).Map((a, b) => $"{a}{b}").Build();
        var eight = Flow.Start<int>("eight").Map(x => (x, x, x, x, x, x, x, "!")).Map((a, b, c, d, e, f, g, h) => $"{a + b + c + d + e + f + g}{h}").Build();
        Assert.Equal("33", await runtime.RunAsync(two, 3));
        Assert.Equal("21!", await runtime.RunAsync(eight, 3));
    }

    [Fact]
    public async Task What_a_map_throws_is_wrapped_with_its_path()
    {
        var flow = Flow.Start<int>("numbers").Map(x => x + 1).Map(x => 1 / (x - 1)).Build();
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 0));
        Assert.Equal("numbers/(map)#2", failure.Path.ToString());
        var code = Assert.IsType<FlowCodeException>(failure.InnerException);
        Assert.Equal("numbers/(map)#2", code.Path.ToString());
        Assert.IsType<DivideByZeroException>(code.InnerException);
        Assert.Contains("a Map threw DivideByZeroException", code.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flow_around_it_sees_what_the_map_threw()
    {
        var inner = Flow.Start<int>("inner").Map(x => x > 0 ? x : throw new ArgumentException("not positive")).Build();
        var outer = Flow.FromCode<int, string>("outer", async (x, ctx) =>
        {
            try
            {
                return $"{await ctx.RunAsync(inner, x)}";
            }
            catch (FlowCodeException exception)
            {
                return $"{exception.Path}: {exception.InnerException!.Message}";
            }
        });
        await using var runtime = new FlowRuntime();
        Assert.Equal("outer/inner/(map): not positive", await runtime.RunAsync(outer, -1));
    }

    [Fact]
    public async Task A_task_that_hides_behind_object_is_refused_when_it_appears()
    {
        await using var runtime = new FlowRuntime();
        foreach (var task in new object[] { Task.CompletedTask, Task.FromResult(1), default(ValueTask), new ValueTask<int>(1), new[] { Task.FromResult(1) } })
        {
            var flow = Flow.Start<int>("hidden").Map(x => x > 0 ? task : "fine").Build();
            Assert.Equal("fine", await runtime.RunAsync(flow, 0));
            var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
            Assert.Contains("a Map yielded a task", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_map_whose_type_shows_a_task_is_a_defect()
    {
        var builder = Flow.Start<int>("visible").Map(x => (x, Task.FromResult(x)));
        var error = Assert.Throws<FlowDefinitionException>(() => builder.Map(x => 1).Map(x => new[] { 1 }.Select(async i => await Task.FromResult(i))).Build());
        Assert.Equal(["visible/(map)", "visible/(map)#3"], error.Defects.Select(defect => defect.Path));
        Assert.Contains("a Map yields (int, Task<int>), which nobody would await", error.Message, StringComparison.Ordinal);
        Assert.Contains(".Then(\"name\", async (x, ctx) => await …)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_map_costs_no_allocation()
    {
        await using var runtime = new FlowRuntime();
        var without = Flow.Start<int>("same").Build();
        var builder = Flow.Start<int>("same").Map(x => x + 1);
        for (var i = 1; i < 20; i++) builder = builder.Map(x => x + 1);
        var with = builder.Build();
        Assert.Equal(Allocated(runtime, without), Allocated(runtime, with), 16.0);
    }

    /// <summary>Bytes per run, after the code is warm.</summary>
    private static double Allocated(FlowRuntime runtime, Flow<int, int> flow)
    {
        const int Runs = 2_000;
        var least = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Runs; i++) runtime.RunAsync(flow, i).AsTask().GetAwaiter().GetResult();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Runs);
        }

        return least;
    }
}
