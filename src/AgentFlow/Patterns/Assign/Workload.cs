using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>Who does how many tasks at this moment, and whose turn it is, over all runs of a runtime. Thread-safe.</summary>
internal sealed class Workload
{
    private readonly ConcurrentDictionary<string, int> _tasks = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<object, StrongBox<uint>> _turns = [];

    /// <summary>Held while somebody is chosen and takes the task: two runs do not choose the same idle one.</summary>
    public Lock Choosing { get; } = new();

    public int Of(string name) => _tasks.GetValueOrDefault(name);

    public void Add(string name, int tasks) => _tasks.AddOrUpdate(name, static (_, tasks) => tasks, static (_, before, tasks) => before + tasks, tasks);

    public int NextTurn(object verb, int count) => (int)((Interlocked.Increment(ref _turns.GetOrCreateValue(verb).Value) - 1) % (uint)count);
}

/// <content>What is being done in the run, for the workload of those who do it.</content>
public abstract partial class FlowRun
{
    private List<string>? _assigned;

    /// <summary>Somebody begins a task of this execution.</summary>
    internal void Assign(string name)
    {
        lock (_cancellation)
        {
            (_assigned ??= []).Add(name);
            Runtime.Workload.Add(name, 1);
        }
    }

    /// <summary>The task has ended, unless its execution has before.</summary>
    internal void Unassign(string name)
    {
        lock (_cancellation)
        {
            if (_assigned?.Remove(name) == true) Runtime.Workload.Add(name, -1);
        }
    }

    /// <summary>The execution has ended, and everything in it. Under the lock.</summary>
    private void UnassignAll()
    {
        if (_assigned is null) return;
        foreach (var name in _assigned) Runtime.Workload.Add(name, -1);
        _assigned = null;
    }
}
