namespace AgentFlow.Tests.Runs;

/// <summary>How a run has ended; it must have ended.</summary>
internal static class RunResults
{
    public static T Value<T>(this FlowRun<T> run)
    {
        Assert.True(run.Status == RunStatus.Completed, $"{run.Status}: {run.StatusReason}");
        return run.Result.GetAwaiter().GetResult();
    }

    /// <summary>The result of a task that must have one by now.</summary>
    public static T Now<T>(this Task<T> task)
    {
        Assert.True(task.IsCompleted, "the task is not completed");
        return task.GetAwaiter().GetResult();
    }

    public static FlowRunFailedException Failure<T>(this FlowRun<T> run)
    {
        Assert.Equal(RunStatus.Failed, run.Status);
        return Assert.IsType<FlowRunFailedException>(run.Result.Exception!.InnerException);
    }

    /// <summary>The entries as kind and path, in order.</summary>
    public static IEnumerable<string> Journal(this FlowRun run) => run.Entries.Select(entry => $"{entry.Kind} {entry.Path}");
}
