using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class RunAdmissionStressTests
{
    [Theory]
    [InlineData(QueueFullMode.Wait)]
    [InlineData(QueueFullMode.Reject)]
    public async Task Limits_hold_and_no_run_is_lost_when_threads_enter_exit_and_cancel_at_random(QueueFullMode whenFull)
    {
        const int Workers = 24;
        const int RunsPerWorker = 1_000;
        const int MaxRuns = 3;
        const int MaxQueued = 5;
        var admission = new RunAdmission(
            new SchedulerOptions { MaxConcurrentRuns = MaxRuns, MaxQueuedRuns = MaxQueued, WhenFull = whenFull },
            WorkDispatcher.ThreadPool);
        var executing = new Peak();
        int completed = 0;
        int canceled = 0;
        int rejected = 0;

        async Task WorkAsync(int worker)
        {
            await Task.Yield();
            var random = new Random(worker);
            for (int i = 0; i < RunsPerWorker; i++)
            {
                using var cancellation = new CancellationTokenSource();
                bool resumed = random.Next(10) == 0;
                Task entering = admission.EnterAsync((RunPriority)random.Next(3), resumed, cancellation.Token).AsTask();
                Task cancelling = random.Next(4) == 0 ? Task.Run(cancellation.Cancel) : Task.CompletedTask;
                Assert.InRange(admission.Queued, 0, MaxQueued);
                try
                {
                    await entering.ConfigureAwait(false);
                    executing.Enter();
                    await Task.Yield();
                    executing.Exit();
                    admission.Exit();
                    Interlocked.Increment(ref completed);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref canceled);
                }
                catch (RunRejectedException)
                {
                    Assert.False(resumed);
                    Interlocked.Increment(ref rejected);
                }

                await cancelling.ConfigureAwait(false);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(WorkAsync)).WaitAsync(HangGuard.Limit);

        Assert.Equal(Workers * RunsPerWorker, completed + canceled + rejected);
        Assert.True(canceled > 100, $"only {canceled} cancelled");
        Assert.Equal(whenFull == QueueFullMode.Reject, rejected > 0);
        Assert.Equal(MaxRuns, executing.Most);
        Assert.Equal((0, 0), (admission.Running, admission.Queued));
    }
}
