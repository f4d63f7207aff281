using System.Collections.Concurrent;
using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

/// <summary>Runs nothing until pumped: a test sees every hand-over before its continuation runs.</summary>
internal sealed class PumpedDispatcher : WorkDispatcher
{
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _items = new();

    public int Count => _items.Count;

    public override void Dispatch(IThreadPoolWorkItem item) => _items.Enqueue(item);

    public void Pump()
    {
        while (_items.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }
}
