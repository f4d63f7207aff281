using System.Numerics;

namespace AgentFlow;

/// <summary>Rules for state that parallel branches write.</summary>
public static class Reduce
{
    /// <summary>A list that grows: <c>UpdateStateAsync(key, ["one more"])</c>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    public static StateReducer<IReadOnlyList<T>> Append<T>() => new([], static (items, more) => more.Count == 0 ? items : [.. items, .. more]);

    /// <summary>A list in which nothing stands twice, in the order in which it came first.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="comparer">What counts as the same; the type's own equality when not given.</param>
    public static StateReducer<IReadOnlyList<T>> Union<T>(IEqualityComparer<T>? comparer = null) => new([], (items, more) => [.. items.Union(more, comparer)]);

    /// <summary>A table: an update adds its entries, and replaces those of the same name.</summary>
    /// <typeparam name="T">The type of the entries.</typeparam>
    public static StateReducer<IReadOnlyDictionary<string, T>> Merge<T>() => new(
        new Dictionary<string, T>(StringComparer.Ordinal),
        static (entries, more) =>
        {
            var merged = new Dictionary<string, T>(entries, StringComparer.Ordinal);
            foreach (var (name, value) in more) merged[name] = value;
            return merged;
        });

    /// <summary>A sum, from zero.</summary>
    /// <typeparam name="T">A number.</typeparam>
    public static StateReducer<T> Sum<T>()
        where T : INumber<T> => new(T.Zero, static (sum, more) => sum + more);

    /// <summary>The greatest of the values given.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="initial">What a run begins with.</param>
    public static StateReducer<T> Max<T>(T initial)
        where T : INumber<T> => new(initial, T.Max);

    /// <summary>The value of the last branch, in branch order and not in time.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="initial">What a run begins with.</param>
    public static StateReducer<T> Last<T>(T initial) => new(initial, static (_, last) => last);
}
