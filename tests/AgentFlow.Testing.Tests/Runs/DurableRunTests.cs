using AgentFlow.Journaling;

namespace AgentFlow.Testing.Tests.Runs;

public sealed class DurableRunTests
{
    private static readonly Flow<int, int> Pay = Flow.Start<int>("pay").Then(Bodies.Sleep("load", 1000)).Approve("boss").Then(Bodies.Sleep("charge", 1000)).Build();

    [Fact]
    public async Task Runs_with_a_store_are_waited_for_and_continued_by_another_host()
    {
        var directory = Directory.CreateTempSubdirectory("agentflow-testing-").FullName;
        try
        {
            await using (var journal = FileJournal.Open(directory))
            await using (var host = new FlowTestHost(o => Configure(o, journal)))
            {
                var run = await host.StartAsync(Pay, 1, new() { Id = "p-1" }).Soon();
                await host.AdvanceAsync(TimeSpan.FromSeconds(1)).Soon();
                Assert.Equal(RunStatus.Suspended, run.Status);
                Assert.Equal(1001, Assert.Single(host.Runtime.Requests.Open).Value);
            }

            await using (var journal = FileJournal.Open(directory))
            await using (var host = new FlowTestHost(o => Configure(o, journal)))
            {
                host.Answers.Approve("boss");
                await host.Runtime.RecoverAsync().Soon();
                var run = (await host.Runtime.GetRunAsync<int>(RunId.Parse("p-1")))!;
                await host.DriveAsync(run).Soon();
                Assert.Equal(2001, await run.Result.Soon());
                run.Journal().Executed("pay/load", "pay/charge").NothingExecutedTwice();
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        static void Configure(FlowTestOptions options, FileJournal journal)
        {
            options.Runtime.Journal = journal;
            options.Runtime.Steps.Add(Pay);
        }
    }
}
