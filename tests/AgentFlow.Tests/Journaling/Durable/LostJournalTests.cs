using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>A journal that fails fails the run: with its id and place, whenever that is.</summary>
public class LostJournalTests
{
    private static readonly Flow<int, int> Two = Flow.Start<int>("two").Then("a", (x, _) => x + 1).Then("b", (x, _) => x + 1).Build();

    [Theory]
    [InlineData(1, "two")]
    [InlineData(2, "two/b")]
    [InlineData(3, "two")]
    public async Task The_caller_gets_a_failed_run_with_its_place(int append, string path)
    {
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal { FailFrom = append } });
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Two, 1, new() { Id = "claim-1" }));
        Assert.Equal((RunId.Parse("claim-1"), path, typeof(LostJournalException).FullName), (failure.RunId, failure.Path.ToString(), failure.ErrorType));
        Assert.IsType<LostJournalException>(failure.InnerException);
    }

    [Fact]
    public async Task Whoever_starts_a_run_that_is_not_kept_gets_it_too()
    {
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal { FailFrom = 1 } });
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.StartAsync(Two, 1));
        Assert.IsType<LostJournalException>(failure.InnerException);
        Assert.Empty(runtime.Runs);
    }
}
