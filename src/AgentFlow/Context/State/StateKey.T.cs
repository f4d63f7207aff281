using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// Names a value that a run carries from step to step, with its type, its beginning and its rule for parallel writes. Immutable and
/// thread-safe; usually a static field, shared by all runs, each of which has a value of its own.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
[DebuggerDisplay("{Name}: {typeof(T).Name,nq}")]
public sealed class StateKey<T>
{
    internal StateKey(string name, T initial, Func<T, T, T>? reduce)
    {
        Name = name;
        Initial = initial;
        Reducer = reduce;
    }

    /// <summary>The name, a segment of the paths of its changes.</summary>
    public string Name { get; }

    /// <summary>What a run begins with.</summary>
    public T Initial { get; }

    /// <summary>Whether parallel branches may update it.</summary>
    public bool IsReducible => Reducer is not null;

    internal Func<T, T, T>? Reducer { get; }
}

/// <summary>How updates of a <see cref="StateKey{T}"/> are combined.</summary>
/// <typeparam name="T">The type of the value and of an update.</typeparam>
/// <param name="Initial">What a run begins with.</param>
/// <param name="Combine">Makes the new value from the present one and an update; pure.</param>
public sealed record StateReducer<T>(T Initial, Func<T, T, T> Combine);
