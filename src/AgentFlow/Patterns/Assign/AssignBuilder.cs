using System.Diagnostics;

namespace AgentFlow;

/// <summary>Names who may do a task of an <c>Assign</c>, and says who is preferred. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What everybody takes.</typeparam>
public sealed class AssignBuilder<TIn>
{
    private readonly DraftScope _scope;
    private bool _isContinued;

    internal AssignBuilder(DraftScope scope) => _scope = scope;

    /// <summary>The first candidate; it says what all of them yield.</summary>
    /// <typeparam name="TOut">What everybody yields.</typeparam>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="can">Its capabilities; compared without regard to case.</param>
    /// <param name="cost">What it costs, in any unit, for <c>Cheapest</c>; zero or more.</param>
    /// <param name="score">How good it is, for <c>BestScore</c>.</param>
    /// <exception cref="InvalidOperationException">The first candidate was given before: go on with what it returned.</exception>
    public AssignBuilder<TIn, TOut> To<TOut>(Step<TIn, TOut> step, IEnumerable<string>? can = null, double cost = 0, double score = 0)
    {
        return Continue<TOut>().To(step, can, cost, score);
    }

    /// <summary>
    /// Agents of a registry as the first candidates, with the capabilities they have now: <c>a.To&lt;Letter&gt;(registry.FindByCapability("translate"))</c>. Who they are is
    /// settled when the flow is built; which version each of them is, when a run starts.
    /// </summary>
    /// <typeparam name="TOut">What everybody yields.</typeparam>
    /// <param name="agents">The agents, of which new runs may use each.</param>
    /// <exception cref="InvalidOperationException">The first candidate was given before: go on with what it returned.</exception>
    public AssignBuilder<TIn, TOut> To<TOut>(IEnumerable<RegisteredAgent> agents) => Continue<TOut>().To(agents);

    private AssignBuilder<TIn, TOut> Continue<TOut>()
    {
        if (_isContinued) throw new InvalidOperationException($"Assign '{_scope.Path}' has its first candidate already, and a second first one would lose it. Chain the candidates: a.To(…).To(…).");
        _isContinued = true;
        return new AssignBuilder<TIn, TOut>(_scope);
    }
}

/// <summary>Names who may do a task of an <c>Assign</c>, and says who is preferred: without a rule, whoever stands first. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What everybody takes.</typeparam>
/// <typeparam name="TOut">What everybody yields.</typeparam>
[DebuggerDisplay("{_candidates.Count} candidates")]
public sealed class AssignBuilder<TIn, TOut>
{
    private readonly DraftScope _scope;
    private readonly List<AssignCandidate<TIn, TOut>> _candidates = [];
    private Func<TIn, IEnumerable<string>>? _needs;
    private string[] _fixedNeeds = [];
    private AssignRule<TIn> _rule = new FirstRule<TIn>();
    private int? _attempts;

    internal AssignBuilder(DraftScope scope) => _scope = scope;

    /// <summary>Another candidate.</summary>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="can">Its capabilities; compared without regard to case.</param>
    /// <param name="cost">What it costs, in any unit, for <c>Cheapest</c>; zero or more.</param>
    /// <param name="score">How good it is, for <c>BestScore</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cost is negative, or a value is no number.</exception>
    public AssignBuilder<TIn, TOut> To(Step<TIn, TOut> step, IEnumerable<string>? can = null, double cost = 0, double score = 0)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (!(cost >= 0)) throw new ArgumentOutOfRangeException(nameof(cost), cost, "Use zero or more.");
        if (double.IsNaN(score)) throw new ArgumentOutOfRangeException(nameof(score), score, "Use a number.");
        if (_candidates.Exists(candidate => candidate.Name == step.Name)) _scope.Report(step.Name, $"candidate '{step.Name}' is given twice, and the journal could not tell who was chosen", "name one of them otherwise: step.As(\"…\")");
        _candidates.Add(new(_scope.UseExclusively(step), [.. can ?? []], cost, score));
        return this;
    }

    /// <summary>Agents of a registry, with the capabilities they have now; see <see cref="AssignBuilder{TIn}.To{TOut}(IEnumerable{RegisteredAgent})"/>.</summary>
    /// <param name="agents">The agents, of which new runs may use each.</param>
    public AssignBuilder<TIn, TOut> To(IEnumerable<RegisteredAgent> agents)
    {
        ArgumentNullException.ThrowIfNull(agents);
        foreach (var agent in agents) To(agent.As<TIn, TOut>(), (agent.Active ?? agent.Versions[^1]).Definition.Capabilities);
        return this;
    }

    /// <summary>What whoever does the task must be capable of.</summary>
    /// <param name="capabilities">All of them.</param>
    public AssignBuilder<TIn, TOut> Needs(params string[] capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        _fixedNeeds = [.. capabilities];
        return this;
    }

    /// <summary>What whoever does the task must be capable of, depending on the task.</summary>
    /// <param name="capability">Pure and synchronous.</param>
    public AssignBuilder<TIn, TOut> Needs(Func<TIn, string> capability)
    {
        ArgumentNullException.ThrowIfNull(capability);
        return Needs(task => [capability(task)]);
    }

    /// <inheritdoc cref="Needs(Func{TIn,string})"/>
    /// <param name="capabilities">Pure and synchronous; all of them.</param>
    public AssignBuilder<TIn, TOut> Needs(Func<TIn, IEnumerable<string>> capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        _needs = capabilities;
        return this;
    }

    /// <summary>Prefers the cheapest; of equals, whoever stands first.</summary>
    public AssignBuilder<TIn, TOut> Cheapest() => Use(new CheapestRule<TIn>());

    /// <summary>Prefers the best score; of equals, whoever stands first.</summary>
    public AssignBuilder<TIn, TOut> BestScore() => Use(new BestScoreRule<TIn>());

    /// <summary>
    /// Prefers whoever does the fewest tasks at this moment, counted by name over all runs and flows of this runtime; of equals, whoever
    /// stands first. Whoever waits for a human in a run that is unloaded is not busy.
    /// </summary>
    public AssignBuilder<TIn, TOut> LeastBusy() => Use(new LeastBusyRule<TIn>());

    /// <summary>Takes one after the other, over all runs of this runtime.</summary>
    public AssignBuilder<TIn, TOut> RoundRobin() => Use(new RoundRobinRule<TIn>());

    /// <summary>Lets code choose.</summary>
    /// <param name="choose">Called once per choice; takes the task and the names of those who are able and have not been tried, and names one of them.</param>
    public AssignBuilder<TIn, TOut> By(Func<TIn, IReadOnlyList<string>, string> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        return Use(new CodeRule<TIn>(choose));
    }

    /// <summary>How many candidates are tried at the most. Default: everybody who is able.</summary>
    /// <param name="attempts">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public AssignBuilder<TIn, TOut> Attempts(int attempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        _attempts = attempts;
        return this;
    }

    internal AssignPlan<TIn, TOut> BuildIn(DraftScope scope)
    {
        if (!ReferenceEquals(scope, _scope)) throw new InvalidOperationException($"The candidates of '{scope.Path}' are those of '{_scope.Path}'. Return what the Assign's own builder a returns: a => a.To(…).");
        var candidates = new DeclaredCandidates<TIn, TOut>([.. _candidates]);
        if (_fixedNeeds.Length > 0 && !_candidates.Exists(candidate => candidate.Can(_fixedNeeds))) scope.Report($"no candidate is capable of {string.Join(" and ", _fixedNeeds)}", "give one of them the capability: a.To(step, can: [\"…\"])");
        return new(candidates, _fixedNeeds, _needs, _rule, _attempts ?? int.MaxValue);
    }

    private AssignBuilder<TIn, TOut> Use(AssignRule<TIn> rule)
    {
        _rule = rule;
        return this;
    }
}
