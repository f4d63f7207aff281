namespace AgentFlow.Testing;

/// <summary>
/// Tries a flow on cases and scores what it yields: how good is it, what does it cost, and is it worse than it was?
/// </summary>
/// <example>
/// <code>
/// var report = await runtime.EvaluateAsync(
///     triage,
///     [new("refund", "I want my money back.", "billing"), new("crash", "It crashes.", "technical")],
///     s =&gt; s.Exact().Tokens(atMost: 2_000).Judge("Is the customer sent to the right desk?", a =&gt; a.Model("strong")),
///     o =&gt; o.Repeat(3).Against(singleAgent));
///
/// report.CompareWith(await EvaluationReport.LoadAsync("triage.baseline.json")).AssertNoRegression();
/// </code>
/// </example>
public static class Evaluate
{
    /// <summary>Runs a flow over cases on a runtime, several at a time, and scores each run.</summary>
    /// <remarks>
    /// A run that fails scores 0 on every scorer, with the failure named; a scorer that throws scores 0, is named, and counted in
    /// <see cref="EvaluationTotals.ScorerErrors"/>. The results are in the order of the cases, whichever run ends first.
    /// </remarks>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="runtime">Where the flow runs, and the judges among the scorers.</param>
    /// <param name="flow">A flow or an agent; any other step runs as the only step of a flow.</param>
    /// <param name="cases">What is tried. Enumerated once.</param>
    /// <param name="scorers">Says what is measured.</param>
    /// <param name="options">Repetitions, parallelism, deadline, another flow to compare with.</param>
    /// <param name="cancellationToken">Cancels the runs that are under way and ends the evaluation.</param>
    /// <exception cref="EvaluationDefinitionException">There are no cases or no scorers, names are used twice, or a scorer lacks expected values. Lists everything.</exception>
    /// <exception cref="InvalidOptionException">An option is out of range; the message names option, value and cure.</exception>
    public static Task<EvaluationReport> EvaluateAsync<TIn, TOut>(
        this FlowRuntime runtime,
        Step<TIn, TOut> flow,
        IEnumerable<EvaluationCase<TIn, TOut>> cases,
        Action<ScorerSet<TIn, TOut>> scorers,
        Action<EvaluationOptions<TIn, TOut>>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return RunAsync(new RuntimeBench(runtime), flow, cases, scorers, options, cancellationToken);
    }

    /// <summary>Runs a flow over cases on a test host, one after the other in virtual time, with the host's scripted models and answers.</summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="host">Where the flow runs, and the judges among the scorers.</param>
    /// <param name="flow">A flow or an agent; any other step runs as the only step of a flow.</param>
    /// <param name="cases">What is tried. Enumerated once.</param>
    /// <param name="scorers">Says what is measured.</param>
    /// <param name="options">Repetitions, deadline, another flow to compare with.</param>
    /// <param name="cancellationToken">Ends the evaluation between two runs.</param>
    /// <exception cref="EvaluationDefinitionException">There are no cases or no scorers, names are used twice, or a scorer lacks expected values. Lists everything.</exception>
    /// <exception cref="InvalidOptionException">An option is out of range; the message names option, value and cure.</exception>
    public static Task<EvaluationReport> EvaluateAsync<TIn, TOut>(
        this FlowTestHost host,
        Step<TIn, TOut> flow,
        IEnumerable<EvaluationCase<TIn, TOut>> cases,
        Action<ScorerSet<TIn, TOut>> scorers,
        Action<EvaluationOptions<TIn, TOut>>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        return RunAsync(new HostBench(host), flow, cases, scorers, options, cancellationToken);
    }

    private static async Task<EvaluationReport> RunAsync<TIn, TOut>(
        EvaluationBench bench,
        Step<TIn, TOut> flow,
        IEnumerable<EvaluationCase<TIn, TOut>> cases,
        Action<ScorerSet<TIn, TOut>> scorers,
        Action<EvaluationOptions<TIn, TOut>>? configure,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(scorers);
        var options = new EvaluationOptions<TIn, TOut>();
        configure?.Invoke(options);
        var set = new ScorerSet<TIn, TOut>();
        scorers(set);
        var plan = EvaluationPlan<TIn, TOut>.Create([.. cases], set.Scorers, options);
        var report = await plan.RunAsync(bench, flow, options.ReportName ?? flow.Name, cancellationToken).ConfigureAwait(false);
        if (options.Other is not { } other) return report;
        return report with { Against = await plan.RunAsync(bench, other, other.Name, cancellationToken).ConfigureAwait(false) };
    }
}
