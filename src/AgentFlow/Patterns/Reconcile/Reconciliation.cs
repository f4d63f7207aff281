namespace AgentFlow;

/// <summary>One reconciliation in a run: compares, asks whoever decides disputes, and says who lost and why.</summary>
internal sealed class Reconciliation<T>(FlowContext scope, ReconcilePlan<T> plan, IReadOnlyList<Candidate<T>> candidates)
{
    private readonly T[] _results = [.. candidates.Select(candidate => candidate.Value)];
    private TallySheet _sheet = null!;

    private bool HasFields => plan.Fields.Length > 0;

    private string[] Disputed => HasFields ? [.. plan.Fields.Where((_, i) => !_sheet.Tallies[i].IsAgreed).Select(one => one.Name)] : [];

    public async ValueTask<Reconciled<T>> RunAsync()
    {
        _sheet = scope.Choose(
            scope.Path.Child("(tally)"), this,
            static self => VerbCode.Run(self.Scope, self.Scope.Path, "a rule of a Reconcile", static self => self.Count(), self),
            static (_, sheet) => sheet.Reason);
        if (_sheet.IsAgreed) return Merge(null, _sheet.Reason);
        var dispute = new Dispute<T>(candidates, Disputed);
        var reason = _sheet.Reason;
        if (plan.Judge is { } judge)
        {
            var ruling = await scope.RunAsync(judge.Step, dispute).ConfigureAwait(false);
            var isValid = scope.Decide(scope.Path.Child("(ruling)"), Journaling.DecisionKind.Value, 0, _ => Named(ruling), ReasonOf(judge.Step.Name, ruling)) > 0;
            if (isValid) return Merge(ruling.Candidate - 1, $"{reason}; {ReasonOf(judge.Step.Name, ruling)}");
            reason = $"{reason}; {ReasonOf(judge.Step.Name, ruling)}";
        }

        if (plan.Question is null) throw VerbCode.At(scope, scope.Path, new DisagreementException(scope.Path, reason, dispute.Fields));
        var question = VerbCode.Run(scope, scope.Path, "the question of a Reconcile", plan.Question, dispute) ?? throw VerbCode.At(scope, scope.Path, new FlowCodeException(scope.Path, "the question of a Reconcile is null."));
        var answer = await scope.AskAsync(ReconcilePlan<T>.Request, question).ConfigureAwait(false);
        return new(answer, $"{reason}; a human decided", [.. candidates.Where(candidate => !plan.Comparer.Equals(candidate.Value, answer)).Select(candidate => new LosingResult<T>(candidate.From, candidate.Value, "a human decided otherwise"))])
        {
            Fields = Agreements(),
        };
    }

    private FlowContext Scope => scope;

    private int Named(Ruling? ruling) => ruling is { Candidate: var number } && number >= 1 && number <= candidates.Count ? number : 0;

    private string ReasonOf(string judge, Ruling? ruling) => Named(ruling) > 0
        ? $"'{judge}' says {candidates[ruling!.Candidate - 1].From}: {ruling.Reason}"
        : $"'{judge}' named no candidate{(ruling is null ? "" : $" ({ruling.Candidate} of {candidates.Count})")}";

    private TallySheet Count()
    {
        var weights = new double[_results.Length];
        for (var i = 0; i < weights.Length; i++) weights[i] = plan.WeightOf(candidates[i]);
        if (!HasFields)
        {
            var whole = Tally.Of(_results, weights, plan.Comparer.Equals, plan.Share, plan.FirstWinsTies);
            return new([whole], whole.Reason);
        }

        var fields = Array.ConvertAll(plan.Fields, field => Tally.Of(_results, weights, field.IsSame, plan.Share, plan.FirstWinsTies));
        return new(fields, string.Join("; ", plan.Fields.Select((field, i) => $"{field.Name}: {fields[i].Reason}")));
    }

    /// <summary>The value that prevails; what is disputed comes from the candidate that was ruled to be right.</summary>
    private Reconciled<T> Merge(int? ruled, string reason)
    {
        var winners = Array.ConvertAll(_sheet.Tallies, tally => tally.IsAgreed ? tally.Winner : ruled!.Value);
        var losers = new List<LosingResult<T>>();
        for (var i = 0; i < _results.Length; i++)
        {
            var lost = Enumerable.Range(0, winners.Length).Where(part => !IsOn(i, part)).ToList();
            if (lost.Count > 0) losers.Add(new(candidates[i].From, _results[i], string.Join("; ", lost.Select(part => WhyLost(part)))));
        }

        return new(HasFields ? Compose() : _results[winners[0]], reason, losers) { Fields = Agreements() };

        bool IsOn(int result, int part) => _sheet.Tallies[part].Sides[result] == _sheet.Tallies[part].Sides[winners[part]];

        string WhyLost(int part) => $"{(HasFields ? $"{plan.Fields[part].Name}: " : "")}{(_sheet.Tallies[part].IsAgreed ? $"not what prevailed, {_sheet.Tallies[part].Reason}" : "ruled out")}";

        // What is no field comes from the result that is on most of the sides that prevail.
        T Compose()
        {
            var value = _results[Enumerable.Range(0, _results.Length).MaxBy(result => Enumerable.Range(0, winners.Length).Count(part => IsOn(result, part)))];
            for (var part = 0; part < winners.Length; part++) value = plan.Fields[part].Copy(_results[winners[part]], value);
            return value;
        }
    }

    private FieldAgreement[] Agreements() => HasFields
        ? [.. plan.Fields.Select((field, i) => new FieldAgreement(field.Name, _sheet.Tallies[i].Agreeing, _results.Length, !_sheet.Tallies[i].IsAgreed))]
        : [];
}
