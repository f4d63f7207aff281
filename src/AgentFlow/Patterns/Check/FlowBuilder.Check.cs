using AgentFlow.Approvals;

namespace AgentFlow;

// A Refine improves a draft until a critic is content, and may go on with the last one. A Check lets nothing pass that is not ready, and
// gives reasons instead of a review.
public sealed partial class FlowBuilder<TIn, TCurrent>
{
    private const int DefaultRounds = 3;

    /// <summary>
    /// A gate: a value that is not ready ends the flow with a <see cref="NotReadyException"/> that lists everything that is wrong.
    /// <c>.Check("complete", c =&gt; c.Require(x =&gt; x.Amount &gt; 0, "the amount is missing"))</c>
    /// </summary>
    /// <remarks>The verdict is a decision at <c>name/(check)</c>; a replay follows it and tries no rule again.</remarks>
    /// <param name="name">The verb's name, a segment of its judges' paths.</param>
    /// <param name="rules">What the value must fulfil.</param>
    public FlowBuilder<TIn, TCurrent> Check(string name, Action<CheckRules<TCurrent>> rules)
    {
        var (_, set) = RulesOf(name, rules, DefaultRounds);
        return Add(new GateNode<TIn, TCurrent>(_last, name, set));
    }

    /// <summary>
    /// A gate that sends a value that is not ready to a step with the reasons, and checks what comes back, a bounded number of times.
    /// </summary>
    /// <remarks>
    /// The n-th verdict is a decision at <c>name/(check)#n</c>. At the bound the flow ends with a <see cref="NotReadyException"/>; when the same
    /// value comes back that was refused for the same reasons, with a <see cref="LivelockException"/>.
    /// </remarks>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="rules">What the value must fulfil.</param>
    /// <param name="mender">Puts the value right; is told what is wrong.</param>
    /// <param name="max">How many values are checked at the most, the first one included; at least 2.</param>
    public FlowBuilder<TIn, TCurrent> Check(string name, Action<CheckRules<TCurrent>> rules, Step<Redo<TCurrent, TCurrent>, TCurrent> mender, int max = DefaultRounds)
    {
        ArgumentNullException.ThrowIfNull(mender);
        var (scope, set) = RulesOf(name, rules, max);
        return Add(new MendNode<TIn, TCurrent>(_last, name, set, max, new StepMender<TCurrent>(scope.Use(mender))));
    }

    /// <summary>
    /// A gate that asks a human for a better value when one is not ready, and waits for it: at a flow's entry, data waits there until it is complete.
    /// </summary>
    /// <remarks>The request is <c>complete</c> inside of the verb. What the human gives is checked like any other value.</remarks>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="rules">What the value must fulfil.</param>
    /// <param name="ask">Pure; what the human is asked, given the value and what is wrong with it.</param>
    /// <param name="max">How many values are checked at the most, the first one included; at least 2.</param>
    public FlowBuilder<TIn, TCurrent> Check(string name, Action<CheckRules<TCurrent>> rules, Func<TCurrent, IReadOnlyList<string>, Question<TCurrent>> ask, int max = DefaultRounds)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var (scope, set) = RulesOf(name, rules, max);
        scope.Name(HumanMender<TCurrent>.Request);
        return Add(new MendNode<TIn, TCurrent>(_last, name, set, max, new HumanMender<TCurrent>(ask)));
    }

    /// <summary>
    /// Lets a step make something of the value and checks it: a wrong result goes back to the step with the reasons, a bounded number of
    /// times, and never on. <c>.Check("letter", write, c =&gt; c.Require(x =&gt; x.Length &lt; 500, "too long").Judge(reviewer), max: 3)</c>
    /// </summary>
    /// <remarks>
    /// The n-th verdict is a decision at <c>name/(check)#n</c>. At the bound the flow ends with a <see cref="NotReadyException"/>; when the
    /// step makes the same thing again that was refused for the same reasons, with a <see cref="LivelockException"/>.
    /// </remarks>
    /// <typeparam name="TNext">What the step makes.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="maker">Makes the result; from the second round on it sees its last one and why that was refused.</param>
    /// <param name="rules">What the result must fulfil.</param>
    /// <param name="max">How many results are checked at the most; at least 2.</param>
    public FlowBuilder<TIn, TNext> Check<TNext>(string name, Step<Redo<TCurrent, TNext>, TNext> maker, Action<CheckRules<TNext>> rules, int max = DefaultRounds)
    {
        ArgumentNullException.ThrowIfNull(maker);
        var (scope, set) = RulesOf(name, rules, max);
        return Add(new MakeNode<TIn, TCurrent, TNext>(_last, name, scope.Use(maker), set, max));
    }

    private (DraftScope Scope, RuleSet<T> Rules) RulesOf<T>(string name, Action<CheckRules<T>> rules, int max)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var scope = Scope.Name(name);
        var set = RuleSet<T>.Of(rules, scope);
        if (set.IsEmpty) scope.Report("a Check without a rule lets everything pass", "give it a rule or a judge: c => c.Require(…)");
        if (max < 2) scope.Report($"a Check with max {max} sends nothing back", "give it a max of at least 2, or leave out whom it sends back to");
        return (scope, set);
    }
}
