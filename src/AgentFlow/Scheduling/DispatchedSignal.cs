namespace AgentFlow.Scheduling;

/// <summary>
/// Something that happens once. Whoever waits for it continues in a work item of the dispatcher of his own: never on the thread that says
/// so, and never where a task with several waiters would put him.
/// </summary>
internal sealed class DispatchedSignal<T>(WorkDispatcher dispatcher)
{
    private readonly Lock _lock = new();
    private List<Waiter>? _waiters;
    private T? _value;

    /// <summary>Whether it has happened.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>The value that was given, or the default.</summary>
    public T? Value
    {
        get
        {
            lock (_lock) return _value;
        }
    }

    public Task<T> WaitAsync()
    {
        lock (_lock)
        {
            if (IsGiven) return Task.FromResult(_value!);
            var waiter = new Waiter();
            (_waiters ??= []).Add(waiter);
            return waiter.Task;
        }
    }

    /// <summary>The first value counts.</summary>
    public void Give(T value)
    {
        List<Waiter>? waiters;
        lock (_lock)
        {
            if (IsGiven) return;
            (IsGiven, _value) = (true, value);
            (waiters, _waiters) = (_waiters, null);
        }

        if (waiters is null) return;
        foreach (var waiter in waiters)
        {
            waiter.Value = value;
            dispatcher.Dispatch(waiter);
        }
    }

    private sealed class Waiter : TaskCompletionSource<T>, IThreadPoolWorkItem
    {
        public T? Value { get; set; }

        public void Execute() => SetResult(Value!);
    }
}
