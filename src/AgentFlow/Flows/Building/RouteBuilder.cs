using System.Diagnostics;
using System.Globalization;

namespace AgentFlow;

/// <summary>Names the branches of a <c>Route</c>. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What every branch takes.</typeparam>
/// <typeparam name="TKey">What decides.</typeparam>
public sealed class RouteBuilder<TIn, TKey>
{
    private readonly DraftScope _scope;
    private bool _isContinued;

    internal RouteBuilder(DraftScope scope) => _scope = scope;

    /// <summary>The branch for a key. The first one says what all branches yield.</summary>
    /// <typeparam name="TOut">What every branch yields.</typeparam>
    /// <param name="key">The key; its text is the branch's name in the journal and in drawings.</param>
    /// <param name="step">The step, flow or agent to run.</param>
    /// <exception cref="InvalidOperationException">The first case was given before: go on with what it returned.</exception>
    public RouteBuilder<TIn, TKey, TOut> Case<TOut>(TKey key, Step<TIn, TOut> step)
    {
        if (_isContinued) throw new InvalidOperationException($"Route '{_scope.Path}' has its first case already, and a second first one would lose it. Chain the cases: r.Case(…).Case(…).");
        _isContinued = true;
        return new RouteBuilder<TIn, TKey, TOut>(_scope).Case(key, step);
    }
}

/// <summary>Names the branches of a <c>Route</c>. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What every branch takes.</typeparam>
/// <typeparam name="TKey">What decides.</typeparam>
/// <typeparam name="TOut">What every branch yields.</typeparam>
[DebuggerDisplay("{_cases.Count} cases")]
public sealed class RouteBuilder<TIn, TKey, TOut>
{
    private readonly List<(TKey Key, RouteBranch<TIn, TOut> Branch)> _cases = [];
    private readonly DraftScope _scope;
    private RouteBranch<TIn, TOut>? _otherwise;

    internal RouteBuilder(DraftScope scope) => _scope = scope;

    /// <summary>The branch for a key.</summary>
    /// <param name="key">The key; its text is the branch's name in the journal and in drawings.</param>
    /// <param name="step">The step, flow or agent to run. Several cases may share one.</param>
    public RouteBuilder<TIn, TKey, TOut> Case(TKey key, Step<TIn, TOut> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var label = TextOf(key);
        if (label == RouteTable<TIn, TKey, TOut>.OtherwiseLabel) _scope.Report($"the key '{label}' is what the journal calls the branch of all other keys", "use another key");
        if (_cases.Exists(entry => EqualityComparer<TKey>.Default.Equals(entry.Key, key))) _scope.Report($"case '{label}' is given twice", "leave one of them out");
        else if (_cases.Exists(entry => entry.Branch.Label == label)) _scope.Report($"two different keys have the text '{label}', by which the journal tells branches apart", "use keys with different texts, such as an enum or a string");
        _cases.Add((key, new(label, _scope.UseExclusively(step))));
        return this;
    }

    /// <summary>The branch for every other key.</summary>
    /// <param name="step">The step, flow or agent to run.</param>
    public RouteBuilder<TIn, TKey, TOut> Otherwise(Step<TIn, TOut> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (_otherwise is not null) _scope.Report("Otherwise is given twice", "leave one of them out");
        _otherwise = new(RouteTable<TIn, TKey, TOut>.OtherwiseLabel, _scope.UseExclusively(step));
        return this;
    }

    internal RouteTable<TIn, TKey, TOut> BuildIn(DraftScope scope) => ReferenceEquals(scope, _scope)
        ? new(_cases, _otherwise)
        : throw new InvalidOperationException($"The cases of route '{scope.Path}' are those of route '{_scope.Path}'. Return what the Route's own builder r returns: r => r.Case(…).");

    private static string TextOf(TKey key) => key switch
    {
        null => "null",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => key.ToString() ?? "",
    };
}
