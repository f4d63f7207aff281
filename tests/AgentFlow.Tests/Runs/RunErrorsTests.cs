using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>What is wrong with a run's options names the option.</summary>
public class RunErrorsTests
{
    [Fact]
    public async Task An_empty_id_names_the_option()
    {
        await using var runtime = new FlowRuntime();
        foreach (var id in new[] { "", " " })
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.RunAsync(Flow.Start<int>("flow").Build(), 1, new() { Id = id }));
            Assert.StartsWith($"RunOptions.Id is '{id}'. ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missed_deadline_names_its_value_and_where_it_was_set()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("late").Then(test.Delay<int>("wait", 5_000)).Build(), 1, new() { Deadline = TimeSpan.FromSeconds(2) });
        test.Finish(run);
        Assert.Equal($"Run {run.Id} failed at 'late': DeadlineExceeded: the run did not end within 00:00:02, its RunOptions.Deadline", run.Failure().Message);
    }
}
