using System.Diagnostics;
using AgentFlow.Scheduling;

namespace AgentFlow.Testing;

/// <summary>
/// Runs work items when a test asks for it, one at a time, on the asking thread. Without a seed they run in the order
/// they came; with a seed the next one is picked pseudo-randomly, and the same seed picks the same interleaving.
/// </summary>
/// <remarks>
/// <see cref="Dispatch"/> is thread-safe. Items are run by one thread at a time, and an item cannot run others. An
/// interleaving repeats only as far as the items come from the pumping thread itself: what other threads dispatch comes
/// when it comes.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class PumpedDispatcher : WorkDispatcher
{
    private readonly Lock _lock = new();
    private readonly List<IThreadPoolWorkItem> _items = [];
    private readonly Random? _random;
    private int _head;
    private int _running;

    /// <summary>Creates a dispatcher that runs items in the order they came.</summary>
    public PumpedDispatcher()
    {
    }

    /// <summary>Creates a dispatcher that picks the next item pseudo-randomly.</summary>
    /// <param name="seed">Decides the order; any number.</param>
    public PumpedDispatcher(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
    }

    /// <summary>The seed, or <see langword="null"/> when items run in the order they came.</summary>
    public int? Seed { get; }

    /// <summary>How many items wait to be run.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _items.Count - _head;
            }
        }
    }

    /// <summary>Called when an item has come, on the dispatching thread.</summary>
    internal Action? Dispatched { get; set; }

    private string DebuggerDisplay => $"{Pending} items wait, {(Seed is { } seed ? $"seed {seed}" : "first in, first out")}";

    /// <inheritdoc/>
    public override void Dispatch(IThreadPoolWorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_lock)
        {
            _items.Add(item);
        }

        Dispatched?.Invoke();
    }

    /// <summary>Runs one waiting item. What the item throws reaches the caller, and the item counts as run.</summary>
    /// <returns><see langword="false"/> when none waits.</returns>
    /// <exception cref="InvalidOperationException">An item is being run already, by another thread or by this one.</exception>
    public bool RunOne()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException(
                "An item of this dispatcher is running already. Pump from one thread, and not from inside an item.");
        }

        try
        {
            if (Take() is not { } item)
            {
                return false;
            }

            item.Execute();
            return true;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Runs items until none waits, those included that are dispatched meanwhile.</summary>
    /// <returns>How many were run.</returns>
    /// <exception cref="InvalidOperationException">An item is being run already, by another thread or by this one.</exception>
    public int RunAll()
    {
        var count = 0;
        while (RunOne())
        {
            count++;
        }

        return count;
    }

    private IThreadPoolWorkItem? Take()
    {
        lock (_lock)
        {
            if (_head == _items.Count)
            {
                return null;
            }

            if (_random is not null)
            {
                var pick = _random.Next(_head, _items.Count);
                (_items[_head], _items[pick]) = (_items[pick], _items[_head]);
            }

            var item = _items[_head];
            _items[_head++] = null!;
            if (_head * 2 > _items.Count)
            {
                _items.RemoveRange(0, _head);
                _head = 0;
            }

            return item;
        }
    }
}
