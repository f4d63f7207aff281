namespace AgentFlow.Tests.DependencyInjection;

/// <summary>Writes down in which order the services of a test are made, used and disposed.</summary>
internal sealed class Probe
{
    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private int _made;

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    public int Next() => Interlocked.Increment(ref _made);

    public void Note(string what)
    {
        lock (_lock) _log.Add(what);
    }
}

/// <summary>A scoped service like a unit of work: disposed synchronously.</summary>
internal sealed class Session(Probe probe) : IDisposable
{
    public int Number { get; } = probe.Next();

    public bool IsDisposed { get; private set; }

    public void Use() => probe.Note($"use {Number}");

    public void Dispose()
    {
        IsDisposed = true;
        probe.Note($"dispose {Number}");
    }
}

/// <summary>A scoped service whose disposal takes as long as the test wants.</summary>
internal sealed class Connection(Probe probe, Connection.Gate gate) : IAsyncDisposable
{
    private readonly int _number = probe.Next();

    public void Use() => probe.Note($"use {_number}");

    public async ValueTask DisposeAsync()
    {
        probe.Note($"closing {_number}");
        await gate.Opened.Task;
        probe.Note($"closed {_number}");
    }

    internal sealed class Gate
    {
        public TaskCompletionSource Opened { get; } = new();
    }
}
