using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>The frozen rules of a reconciliation.</summary>
internal sealed class ReconcilePlan<T>
{
    public const string Request = "decide";
    private readonly Dictionary<string, double> _weights;
    private readonly Func<T, double>? _weightOf;
    private readonly int? _least;

    private ReconcilePlan(ReconcileRules<T> rules, DraftScope scope)
    {
        (Comparer, Fields, Share, FirstWinsTies, Question) = (rules.Comparer, [.. rules.Fields], rules.Share, rules.FirstWinsTies, rules.Question);
        (_weights, _weightOf, _least) = (rules.Weights, rules.WeightOf, rules.Least);
        if (rules.Arbiter is { } judge) Judge = scope.Use(judge);
        if (Question is not null) scope.Name(Request);
        foreach (var twice in Fields.GroupBy(field => field.Name).Where(group => group.Count() > 1)) scope.Report($"field '{twice.Key}' is given twice", "leave one of them out, or give it a name of its own");
    }

    public IEqualityComparer<T> Comparer { get; }

    public ReconcileField<T>[] Fields { get; }

    public double Share { get; }

    public bool FirstWinsTies { get; }

    public StepUse<Dispute<T>, Ruling>? Judge { get; }

    public Func<Dispute<T>, Question<T>>? Question { get; }

    public static ReconcilePlan<T> Of(Action<ReconcileRules<T>>? configure, DraftScope scope, IReadOnlyCollection<string>? participants)
    {
        var rules = new ReconcileRules<T>();
        configure?.Invoke(rules);
        if (participants is not null)
        {
            if (participants.Count < 2) scope.Report($"a Reconcile of {participants.Count} has nothing to reconcile", "give it at least two participants");
            else if (rules.Least > participants.Count) scope.Report($"a Reconcile of {participants.Count} needs {rules.Least} results", $"demand 1 to {participants.Count}");
            foreach (var unknown in rules.Weights.Keys.Except(participants)) scope.Report($"there is no participant '{unknown}' to weigh", $"name one of {string.Join(", ", participants)}");
        }

        return new(rules, scope);
    }

    /// <exception cref="InvalidOperationException">The weight is negative or no number.</exception>
    public double WeightOf(Candidate<T> candidate)
    {
        var weight = (_weightOf?.Invoke(candidate.Value) ?? 1) * _weights.GetValueOrDefault(candidate.From, 1);
        return weight >= 0 && !double.IsInfinity(weight) ? weight : throw new InvalidOperationException($"The result of '{candidate.From}' has the weight {weight}. Use zero or more.");
    }

    public async ValueTask<Reconciled<T>> RunAsync(FlowContext scope, IReadOnlyList<(string From, Outcome<T> Outcome)> outcomes)
    {
        var candidates = new List<Candidate<T>>(outcomes.Count);
        var failures = new List<FailedParticipant>();
        foreach (var (from, outcome) in outcomes)
        {
            if (outcome.IsSuccess) candidates.Add(new(from, outcome.Value));
            else failures.Add(new(from, outcome.ErrorType, outcome.Message));
        }

        var needed = _least ?? (outcomes.Count / 2) + 1;
        if (candidates.Count < needed) throw VerbCode.At(scope, scope.Path, new TooFewResultsException(scope.Path, needed, candidates.Count, failures));
        var reconciled = await new Reconciliation<T>(scope, this, candidates).RunAsync().ConfigureAwait(false);
        return failures.Count == 0 ? reconciled : reconciled with { Failures = failures };
    }

    public void Describe(FlowSketch sketch, string name, Type input)
    {
        sketch.Add(sketch.Scope, name, "reconcile", input, typeof(Reconciled<T>), Settings);
        if (Judge is null && Question is null) return;
        var agreed = sketch.Ends;
        sketch.Label("dispute");
        Judge?.Describe(sketch);
        if (Question is not null) sketch.Add(sketch.Use(Request), Request, "ask", typeof(Dispute<T>), typeof(T));
        sketch.Ends = [.. agreed, .. sketch.Ends];
    }

    private string Settings => string.Join("; ", new[]
    {
        Fields.Length == 0 ? "" : $"fields={string.Join(",", Fields.Select(one => one.Name))}",
        $"more-than={Share.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
        _least is null ? "" : $"at-least={_least}",
        FirstWinsTies ? "ties=first" : "",
        _weights.Count == 0 && _weightOf is null ? "" : "weighted",
    }.Where(text => text.Length > 0));
}
