using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class WorkDispatcherTests
{
    [Fact]
    public async Task The_thread_pool_dispatcher_runs_an_item_on_a_pool_thread_without_the_callers_context()
    {
        var ambient = new AsyncLocal<string> { Value = "caller" };
        var item = new Item(ambient);

        WorkDispatcher.ThreadPool.Dispatch(item);

        Assert.Equal((true, null), await item.Ran.Task.WaitAsync(HangGuard.Limit));
    }

    private sealed class Item(AsyncLocal<string> ambient) : IThreadPoolWorkItem
    {
        public TaskCompletionSource<(bool OnPool, string? Ambient)> Ran { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute() => Ran.SetResult((Thread.CurrentThread.IsThreadPoolThread, ambient.Value));
    }
}
