namespace AgentFlow.Testing;

/// <summary>Checked cases and scorers, to be tried on one flow or on several.</summary>
internal sealed class EvaluationPlan<TIn, TOut>
{
    private readonly IReadOnlyList<EvaluationCase<TIn, TOut>> _cases;
    private readonly IReadOnlyList<Scorer<TIn, TOut>> _scorers;
    private readonly EvaluationOptions<TIn, TOut> _options;

    private EvaluationPlan(IReadOnlyList<EvaluationCase<TIn, TOut>> cases, IReadOnlyList<Scorer<TIn, TOut>> scorers, EvaluationOptions<TIn, TOut> options) =>
        (_cases, _scorers, _options) = (cases, scorers, options);

    /// <exception cref="EvaluationDefinitionException">Something is wrong with them.</exception>
    public static EvaluationPlan<TIn, TOut> Create(IReadOnlyList<EvaluationCase<TIn, TOut>> cases, IReadOnlyList<Scorer<TIn, TOut>> scorers, EvaluationOptions<TIn, TOut> options)
    {
        List<string> defects = [.. EvaluationNames.Defects("case", cases.Select(static each => each?.Name)), .. EvaluationNames.Defects("scorer", scorers.Select(static each => each.Name))];
        if (scorers.Any(static each => each.Name == CaseResult.Completed)) defects.Add($"The name '{CaseResult.Completed}' stands for the share of runs that had a result. Give the scorer another one.");
        foreach (var scorer in scorers.Where(static each => each.NeedsExpected))
        {
            string[] without = [.. cases.Where(static each => each is { HasExpected: false }).Select(static each => each.Name)];
            if (without.Length > 0) defects.Add($"Scorer '{scorer.Name}' needs an expected value, which {PlainText.List(without)} lacks. Give it one, or score it in an evaluation of its own.");
        }

        return defects.Count == 0 ? new(cases, scorers, options) : throw new EvaluationDefinitionException(defects);
    }

    public async Task<EvaluationReport> RunAsync(EvaluationBench bench, Step<TIn, TOut> step, string name, CancellationToken cancellationToken)
    {
        var trial = new EvaluationTrial<TIn, TOut>(bench, SingleStep.Flow(step), _scorers, _options);
        var at = bench.Runtime.Time.GetUtcNow();
        var results = new RunResult[_cases.Count * _options.Repetitions];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(bench.Parallel(_options.Parallel), results.Length)).Select(_ => WorkAsync())).ConfigureAwait(false);
        return new EvaluationReport
        {
            Name = name,
            At = at,
            Scorers = [.. _scorers.Select(static scorer => scorer.Name)],
            Cases = [.. _cases.Select((each, index) => new CaseResult
            {
                Name = each.Name,
                Tags = [.. each.Tags],
                Runs = [.. results.Skip(index * _options.Repetitions).Take(_options.Repetitions)],
            })],
        };

        async Task WorkAsync()
        {
            for (var index = Interlocked.Increment(ref next); index < results.Length; index = Interlocked.Increment(ref next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                results[index] = await trial.RunAsync(_cases[index / _options.Repetitions], cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>What is wrong with the names in an evaluation.</summary>
internal static class EvaluationNames
{
    public const int MaxLength = 200;

    public static IEnumerable<string> Defects(string what, IEnumerable<string?> names)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var number = 0;
        foreach (var name in names)
        {
            number++;
            if (string.IsNullOrWhiteSpace(name)) yield return $"The {what} number {number} has no name. Give it one.";
            else if (name.Length > MaxLength) yield return $"The name of {what} number {number}, '{PlainText.Line(name, 40)}', has {name.Length} characters. Use at most {MaxLength}.";
            else if (!seen.TryAdd(name, number)) yield return $"The name '{PlainText.Line(name, MaxLength)}' is that of {what} number {seen[name]} and of number {number}. Give each its own: baselines are compared by it.";
        }

        if (number == 0) yield return $"There is no {what}. Give at least one.";
    }
}
