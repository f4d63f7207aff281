namespace AgentFlow;

/// <summary>A critic judges the value, a step improves it, until the critic is content.</summary>
internal sealed class ImproveNode<TIn, TDraft, TReview>(
    FlowNode<TIn, TDraft> previous, StepUse<TDraft, TReview> critic, StepUse<Reviewed<TDraft, TReview>, TDraft> improve, Iteration<TReview> rule)
    : FlowNode<TIn, TDraft, TDraft>(previous)
{
    protected override async ValueTask<TDraft> ApplyAsync(FlowContext context, TDraft draft)
    {
        var path = context.Path.Child(rule.Name);
        for (var i = 1; ; i++)
        {
            var at = path.Index(i);
            var review = await critic.InvokeAsync(context, at, draft).ConfigureAwait(false);
            if (!rule.IsWanted(context, at, review) || rule.IsOver(context, path, i)) return draft;
            draft = await improve.InvokeAsync(context, at, new(draft, review)).ConfigureAwait(false);
        }
    }

    protected override void DescribeVerb(FlowSketch sketch) => sketch.Within(sketch.Use(rule.Name), inside =>
    {
        var mark = inside.Mark;
        inside.Within($"{inside.Scope}/*", critic.Describe);
        rule.DescribeDecision(inside, typeof(TDraft), typeof(TDraft));
        var decision = inside.Ends;
        inside.Label("again");
        inside.Within($"{inside.Scope}/*", improve.Describe);
        foreach (var end in inside.Ends) inside.Again(end.Id, mark, null);
        inside.Ends = decision;
        inside.Label("done");
    });
}

/// <summary>A writer drafts for a task, a critic judges the draft, until the critic is content.</summary>
internal sealed class RefineNode<TIn, TTask, TDraft, TReview>(
    FlowNode<TIn, TTask> previous, StepUse<Revision<TTask, TDraft, TReview>, TDraft> writer, Critic<TTask, TDraft, TReview> critic, Iteration<TReview> rule)
    : FlowNode<TIn, TTask, TDraft>(previous)
{
    protected override async ValueTask<TDraft> ApplyAsync(FlowContext context, TTask task)
    {
        var path = context.Path.Child(rule.Name);
        var round = new Revision<TTask, TDraft, TReview>(task, 1, default, default);
        while (true)
        {
            var at = path.Index(round.Round);
            var draft = await writer.InvokeAsync(context, at, round).ConfigureAwait(false);
            round = round with { Draft = draft };
            var review = await critic.InvokeAsync(context, at, round).ConfigureAwait(false);
            if (!rule.IsWanted(context, at, review) || rule.IsOver(context, path, round.Round)) return draft;
            round = new(task, round.Round + 1, draft, review);
        }
    }

    protected override void DescribeVerb(FlowSketch sketch) => sketch.Within(sketch.Use(rule.Name), inside =>
    {
        var mark = inside.Mark;
        inside.Within($"{inside.Scope}/*", round =>
        {
            writer.Describe(round);
            critic.Describe(round);
        });
        rule.Describe(inside, mark, typeof(TTask), typeof(TDraft));
    });
}

/// <summary>The critic of a refinement: it judges the draft alone, or with the task in view.</summary>
internal abstract class Critic<TTask, TDraft, TReview>
{
    public abstract ValueTask<TReview> InvokeAsync(FlowContext context, StepPath at, Revision<TTask, TDraft, TReview> round);

    public abstract void Describe(FlowSketch sketch);
}

internal sealed class DraftCritic<TTask, TDraft, TReview>(StepUse<TDraft, TReview> step) : Critic<TTask, TDraft, TReview>
{
    public override ValueTask<TReview> InvokeAsync(FlowContext context, StepPath at, Revision<TTask, TDraft, TReview> round) => step.InvokeAsync(context, at, round.Draft!);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);
}

internal sealed class TaskCritic<TTask, TDraft, TReview>(StepUse<Revision<TTask, TDraft, TReview>, TReview> step) : Critic<TTask, TDraft, TReview>
{
    public override ValueTask<TReview> InvokeAsync(FlowContext context, StepPath at, Revision<TTask, TDraft, TReview> round) => step.InvokeAsync(context, at, round);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);
}
