namespace AgentFlow;

/// <summary>The frozen rules of a check.</summary>
internal sealed class RuleSet<T>
{
    private readonly Func<T, IEnumerable<string>>[] _code;
    private readonly StepUse<T, Verdict>[] _judges;

    private RuleSet(CheckRules<T> rules, DraftScope scope)
    {
        _code = [.. rules.Code];
        _judges = [.. rules.Judges.Select(scope.Use)];
    }

    public bool IsEmpty => _code.Length + _judges.Length == 0;

    public string Settings => $"rules={_code.Length}";

    /// <summary>How much is required, for the fingerprint.</summary>
    public string Size => IsEmpty ? "any" : $"{_code.Length}+{_judges.Length}";

    public static RuleSet<T> Of(Action<CheckRules<T>>? configure, DraftScope scope)
    {
        var rules = new CheckRules<T>();
        configure?.Invoke(rules);
        return new(rules, scope);
    }

    /// <summary>Judges a value. What code finds is a decision at the given path, what judges say one below it.</summary>
    public async ValueTask<Verdict> JudgeAsync(FlowContext scope, StepPath at, T value)
    {
        if (_code.Length > 0)
        {
            var found = scope.Choose(
                at, (rules: this, scope, at, value),
                static state => VerbCode.Run(state.scope, state.at, "a rule", state.rules.Try, state.value),
                static (_, verdict) => ReasonOf(verdict), isPure: true);
            if (!found.IsReady || _judges.Length == 0) return found;
        }

        if (_judges.Length == 0) return Verdict.Ready;
        var verdicts = new (string Judge, Verdict? Said)[_judges.Length];
        for (var i = 0; i < verdicts.Length; i++) verdicts[i] = (_judges[i].Step.Name, await scope.RunAsync(_judges[i].Step, value).ConfigureAwait(false));
        return scope.Choose(at.Child("(judged)"), verdicts, static verdicts => Join(verdicts), static (_, verdict) => ReasonOf(verdict), isPure: true);
    }

    public void Describe(FlowSketch sketch)
    {
        foreach (var judge in _judges) judge.Describe(sketch);
    }

    private static string ReasonOf(Verdict verdict) => verdict.Reasons.Count > 0 ? string.Join("; ", verdict.Reasons) : "everything that is required holds";

    private Verdict Try(T value)
    {
        List<string>? reasons = null;
        foreach (var rule in _code)
        {
            foreach (var reason in rule(value) ?? []) (reasons ??= []).Add(reason);
        }

        return reasons is null ? Verdict.Ready : new(false, reasons);
    }

    /// <summary>Every judge must say that the value is ready; one that says no without a word, or nothing at all, is quoted as that.</summary>
    private static Verdict Join((string Judge, Verdict? Said)[] verdicts)
    {
        var reasons = new List<string>();
        var isReady = true;
        foreach (var (judge, said) in verdicts)
        {
            if (said is { IsReady: true }) continue;
            isReady = false;
            if (said is null) reasons.Add($"'{judge}' gave no verdict");
            else if (!said.Reasons.Any(reason => !string.IsNullOrWhiteSpace(reason))) reasons.Add($"'{judge}' said no and gave no reason");
            else reasons.AddRange(said.Reasons.Where(reason => !string.IsNullOrWhiteSpace(reason)));
        }

        return isReady ? new(true, [.. verdicts.SelectMany(verdict => verdict.Said!.Reasons)]) : new(false, reasons);
    }
}
