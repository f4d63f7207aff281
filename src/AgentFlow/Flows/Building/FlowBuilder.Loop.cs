namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>Runs a step again and again, each time with its last result, until the result is good or the bound is reached.</summary>
    /// <remarks>Iteration n runs at <c>name/n</c>; whether another one follows is a decision there.</remarks>
    /// <param name="name">The verb's name, a segment of its iterations' paths.</param>
    /// <param name="body">The step, flow or agent. Runs at least once.</param>
    /// <param name="until">Pure; whether the result is good.</param>
    /// <param name="max">How many iterations at the most, at least 1.</param>
    /// <param name="onLimit">What happens when none of them was good.</param>
    public FlowBuilder<TIn, TCurrent> Loop(string name, Step<TCurrent, TCurrent> body, Func<TCurrent, bool> until, int max, OnLimit onLimit = OnLimit.Fail)
    {
        ArgumentNullException.ThrowIfNull(body);
        var (scope, rule) = Iterate(name, "loop", until, max, onLimit);
        return Add(new LoopNode<TIn, TCurrent>(_last, scope.Use(body), rule));
    }

    /// <summary>
    /// Lets a critic judge the value and a step improve it, until the critic is content or the bound is reached:
    /// <c>.Then(write).Refine("letter", critic: review, improve: revise, until: r =&gt; r.IsGood, max: 3)</c>.
    /// </summary>
    /// <remarks>Round n runs at <c>name/n</c>; whether another one follows is a decision there.</remarks>
    /// <typeparam name="TReview">What the critic says.</typeparam>
    /// <param name="name">The verb's name, a segment of its rounds' paths.</param>
    /// <param name="critic">Judges the value.</param>
    /// <param name="improve">Makes a better value of the last one and what the critic said.</param>
    /// <param name="until">Pure; whether the critic is content.</param>
    /// <param name="max">How many times the critic judges at the most, at least 1.</param>
    /// <param name="onLimit">What happens when the critic was never content: an error, or the last value.</param>
    public FlowBuilder<TIn, TCurrent> Refine<TReview>(
        string name, Step<TCurrent, TReview> critic, Step<Reviewed<TCurrent, TReview>, TCurrent> improve, Func<TReview, bool> until, int max, OnLimit onLimit = OnLimit.Fail)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(improve);
        var (scope, rule) = Iterate(name, "refine", until, max, onLimit);
        return Add(new ImproveNode<TIn, TCurrent, TReview>(_last, scope.Use(critic), scope.Use(improve), rule));
    }

    /// <summary>
    /// Lets a writer draft something for the value and a critic judge the draft, until the critic is content or the bound is
    /// reached. The writer sees the task, its last draft and the last review; the critic sees the draft.
    /// </summary>
    /// <remarks>Round n runs at <c>name/n</c>; whether another one follows is a decision there.</remarks>
    /// <typeparam name="TDraft">What the writer yields.</typeparam>
    /// <typeparam name="TReview">What the critic says.</typeparam>
    /// <param name="name">The verb's name, a segment of its rounds' paths.</param>
    /// <param name="writer">Writes and rewrites.</param>
    /// <param name="critic">Judges the draft.</param>
    /// <param name="until">Pure; whether the critic is content.</param>
    /// <param name="max">How many drafts at the most, at least 1.</param>
    /// <param name="onLimit">What happens when the critic was never content: an error, or the last draft.</param>
    public FlowBuilder<TIn, TDraft> Refine<TDraft, TReview>(
        string name, Step<Revision<TCurrent, TDraft, TReview>, TDraft> writer, Step<TDraft, TReview> critic, Func<TReview, bool> until, int max, OnLimit onLimit = OnLimit.Fail)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(critic);
        var (scope, rule) = Iterate(name, "refine", until, max, onLimit);
        return Add(new RefineNode<TIn, TCurrent, TDraft, TReview>(_last, scope.Use(writer), new DraftCritic<TCurrent, TDraft, TReview>(scope.Use(critic)), rule));
    }

    /// <summary>
    /// Lets a writer draft something for the value and a critic judge the draft, until the critic is content or the bound is
    /// reached. Both see the task, the draft and the last review.
    /// </summary>
    /// <inheritdoc cref="Refine{TDraft,TReview}(string,Step{Revision{TCurrent,TDraft,TReview},TDraft},Step{TDraft,TReview},Func{TReview,bool},int,OnLimit)"/>
    public FlowBuilder<TIn, TDraft> Refine<TDraft, TReview>(
        string name, Step<Revision<TCurrent, TDraft, TReview>, TDraft> writer, Step<Revision<TCurrent, TDraft, TReview>, TReview> critic, Func<TReview, bool> until, int max, OnLimit onLimit = OnLimit.Fail)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(critic);
        var (scope, rule) = Iterate(name, "refine", until, max, onLimit);
        return Add(new RefineNode<TIn, TCurrent, TDraft, TReview>(_last, scope.Use(writer), new TaskCritic<TCurrent, TDraft, TReview>(scope.Use(critic)), rule));
    }

    private (DraftScope Scope, Iteration<T> Rule) Iterate<T>(string name, string kind, Func<T, bool> until, int max, OnLimit onLimit)
    {
        ArgumentNullException.ThrowIfNull(until);
        OptionRange.Defined(onLimit, nameof(onLimit));
        var scope = Scope.Name(name);
        if (max < 1) scope.Report($"a loop with max {max} has no bound that lets it run", "give it a max of at least 1");
        return (scope, new(name, kind, until, max, onLimit));
    }
}
