using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// Steps, flows and agents by name. Several versions of a flow stand side by side; everything else has the version 1. Thread-safe.
/// </summary>
[DebuggerDisplay("{All.Count} steps")]
public sealed class StepRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Name, int Version), Step> _steps = new(
        Comparer<(string Name, int Version)>.Create(static (left, right) =>
        {
            var names = string.CompareOrdinal(left.Name, right.Name);
            return names != 0 ? names : left.Version.CompareTo(right.Version);
        }));

    /// <summary>Everything registered, by name and version. A snapshot.</summary>
    public IReadOnlyList<Step> All
    {
        get
        {
            lock (_lock) return [.. _steps.Values];
        }
    }

    /// <summary>Adds a step, flow or agent. Adding the same instance again changes nothing.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="DuplicateRegistrationException">Another one has this name, and this version if it is a flow.</exception>
    public StepRegistry Add(Step step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var version = VersionOf(step);
        lock (_lock)
        {
            if (!_steps.TryAdd((step.Name, version), step) && !ReferenceEquals(_steps[(step.Name, version)], step))
            {
                throw new DuplicateRegistrationException(step.Kind, step.Name, step is IFlowDefinition ? version : null);
            }
        }

        return this;
    }

    /// <summary>The step, flow or agent of this name, or <see langword="null"/>.</summary>
    /// <param name="name">Its name; compared ordinally.</param>
    /// <param name="version">The version of a flow, at least 1; the highest one when not given.</param>
    public Step? Find(string name, int? version = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_lock)
        {
            if (version is { } exact) return _steps.GetValueOrDefault((name, exact));
            return _steps.LastOrDefault(entry => entry.Key.Name == name).Value;
        }
    }

    /// <summary>The lowest version of a flow that declares that it resumes an older one.</summary>
    internal IFlowDefinition? FindSuccessor(string name, int version)
    {
        lock (_lock)
        {
            return _steps.Where(entry => entry.Key.Name == name && entry.Key.Version > version)
                .Select(entry => entry.Value).OfType<IFlowDefinition>()
                .FirstOrDefault(flow => flow.Resumes <= version);
        }
    }

    /// <summary>The step, flow or agent of this name and these types.</summary>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <inheritdoc cref="Find" path="/param"/>
    /// <exception cref="StepNotFoundException">Nothing of this name, version and type is registered.</exception>
    public Step<TIn, TOut> Get<TIn, TOut>(string name, int? version = null) => Get<Step<TIn, TOut>>(name, version);

    /// <summary>The flow or agent of this name and these types.</summary>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <inheritdoc cref="Find" path="/param"/>
    /// <exception cref="StepNotFoundException">No flow of this name, version and type is registered.</exception>
    public Flow<TIn, TOut> GetFlow<TIn, TOut>(string name, int? version = null) => Get<Flow<TIn, TOut>>(name, version);

    private TStep Get<TStep>(string name, int? version)
        where TStep : Step
    {
        var found = Find(name, version);
        return found as TStep ?? throw new StepNotFoundException(name, version, typeof(TStep), found, All);
    }

    private static int VersionOf(Step step) => step is IFlowDefinition flow ? flow.Version : 1;
}
