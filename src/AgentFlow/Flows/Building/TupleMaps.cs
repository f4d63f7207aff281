using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>Mappings that take the parts of a tuple, as fan-outs yield them.</summary>
public static class TupleMaps
{
    /// <summary>Makes one value of the parts: pure, synchronous, free, not recorded and evaluated again on replay.</summary>
    /// <param name="builder">The builder of the flow.</param>
    /// <param name="map">What it throws ends the flow with a <see cref="FlowCodeException"/>.</param>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, TNext>(this FlowBuilder<TIn, (T1, T2)> builder, Func<T1, T2, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, TNext>(this FlowBuilder<TIn, (T1, T2)> builder, Func<T1, T2, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2)> Map<TIn, T1, T2>(this FlowBuilder<TIn, (T1, T2)> builder, Func<T1, T2, Task> map) => throw Misuse.Refused();

    /// <inheritdoc cref="Map{TIn,T1,T2,TNext}(FlowBuilder{TIn,ValueTuple{T1,T2}},Func{T1,T2,TNext})"/>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, TNext>(this FlowBuilder<TIn, (T1, T2, T3)> builder, Func<T1, T2, T3, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2, parts.Item3));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, TNext>(this FlowBuilder<TIn, (T1, T2, T3)> builder, Func<T1, T2, T3, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2, T3)> Map<TIn, T1, T2, T3>(this FlowBuilder<TIn, (T1, T2, T3)> builder, Func<T1, T2, T3, Task> map) => throw Misuse.Refused();

    /// <inheritdoc cref="Map{TIn,T1,T2,TNext}(FlowBuilder{TIn,ValueTuple{T1,T2}},Func{T1,T2,TNext})"/>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4)> builder, Func<T1, T2, T3, T4, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2, parts.Item3, parts.Item4));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4)> builder, Func<T1, T2, T3, T4, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2, T3, T4)> Map<TIn, T1, T2, T3, T4>(this FlowBuilder<TIn, (T1, T2, T3, T4)> builder, Func<T1, T2, T3, T4, Task> map) => throw Misuse.Refused();

    /// <inheritdoc cref="Map{TIn,T1,T2,TNext}(FlowBuilder{TIn,ValueTuple{T1,T2}},Func{T1,T2,TNext})"/>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5)> builder, Func<T1, T2, T3, T4, T5, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2, parts.Item3, parts.Item4, parts.Item5));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5)> builder, Func<T1, T2, T3, T4, T5, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2, T3, T4, T5)> Map<TIn, T1, T2, T3, T4, T5>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5)> builder, Func<T1, T2, T3, T4, T5, Task> map) => throw Misuse.Refused();

    /// <inheritdoc cref="Map{TIn,T1,T2,TNext}(FlowBuilder{TIn,ValueTuple{T1,T2}},Func{T1,T2,TNext})"/>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, T6, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6)> builder, Func<T1, T2, T3, T4, T5, T6, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2, parts.Item3, parts.Item4, parts.Item5, parts.Item6));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, T6, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6)> builder, Func<T1, T2, T3, T4, T5, T6, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6)> Map<TIn, T1, T2, T3, T4, T5, T6>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6)> builder, Func<T1, T2, T3, T4, T5, T6, Task> map) => throw Misuse.Refused();

    /// <inheritdoc cref="Map{TIn,T1,T2,TNext}(FlowBuilder{TIn,ValueTuple{T1,T2}},Func{T1,T2,TNext})"/>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, T6, T7, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7)> builder, Func<T1, T2, T3, T4, T5, T6, T7, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2, parts.Item3, parts.Item4, parts.Item5, parts.Item6, parts.Item7));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, T6, T7, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7)> builder, Func<T1, T2, T3, T4, T5, T6, T7, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7)> Map<TIn, T1, T2, T3, T4, T5, T6, T7>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7)> builder, Func<T1, T2, T3, T4, T5, T6, T7, Task> map) => throw Misuse.Refused();

    /// <inheritdoc cref="Map{TIn,T1,T2,TNext}(FlowBuilder{TIn,ValueTuple{T1,T2}},Func{T1,T2,TNext})"/>
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, T6, T7, T8, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7, T8)> builder, Func<T1, T2, T3, T4, T5, T6, T7, T8, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        return builder.Map(parts => map(parts.Item1, parts.Item2, parts.Item3, parts.Item4, parts.Item5, parts.Item6, parts.Item7, parts.Item8));
    }

    /// <summary>Refuses asynchronous lambdas.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public static FlowBuilder<TIn, TNext> Map<TIn, T1, T2, T3, T4, T5, T6, T7, T8, TNext>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7, T8)> builder, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous lambdas without a value.</summary>
    [Obsolete(Misuse.AsyncTupleMap, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7, T8)> Map<TIn, T1, T2, T3, T4, T5, T6, T7, T8>(this FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7, T8)> builder, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task> map) => throw Misuse.Refused();
}
