using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Waits for a human where the value demands it. Whether it does is a decision at the verb's path.</summary>
internal sealed class ApproveNode<TIn, T>(FlowNode<TIn, T> previous, string name, ApprovalTerms<T> terms, RejectionStep<T>? onReject)
    : FlowNode<TIn, T, T>(previous)
{
    private readonly PathUse _path = new(name);

    protected override ValueTask<T> ApplyAsync(FlowContext context, T value)
    {
        var path = _path.In(context.Path);
        return terms.When is null || IsNeeded(context, path, value) ? AskAsync(context, path, value) : new(value);
    }

    protected override void DescribeVerb(FlowSketch sketch) => sketch.Within(sketch.Use(name), inside =>
    {
        var condition = $"{inside.Scope}/(when)";
        if (terms.When is not null)
        {
            inside.Add(condition, $"{name}?", "when", typeof(T), typeof(T));
            inside.Label("yes");
        }

        inside.Add(inside.Scope, name, "approve", typeof(T), typeof(T), string.Join(", ", new[] { terms.Role is null ? "" : $"role={terms.Role}", $"{terms.Rules}" }.Where(part => part.Length > 0)));
        if (onReject is not null)
        {
            inside.Branch<(string Label, Action<FlowSketch> Describe)>([("approved", static _ => { }), ("rejected", onReject.Describe)], branch =>
            {
                inside.Label(branch.Label);
                branch.Describe(inside);
            });
        }

        if (terms.When is not null) inside.Ends = [.. inside.Ends, new(condition, "no")];
    });

    private bool IsNeeded(FlowContext context, StepPath path, T value) => context.Decide(
        path, DecisionKind.Value, (terms, context, path, value),
        static state => VerbCode.Run(state.context, state.path, "the condition of an Approve", state.terms.When!, state.value),
        "whether approval is needed",
        isPure: true);

    private async ValueTask<T> AskAsync(FlowContext context, StepPath path, T value)
    {
        var prompt = terms.Prompt is null ? null : VerbCode.Run(context, path, "the prompt of an Approve", terms.Prompt, value);
        var request = context.NewApproval(path, value, prompt, terms.Role, terms.Rules);
        var decision = await context.Run.AskAsync(request, context.CancellationToken).ConfigureAwait(false);
        if (decision.IsApproved) return decision.Outcome == ApprovalOutcome.Modified ? (T)decision.Value! : value;
        if (onReject is null) throw VerbCode.At(context, path, new ApprovalRejectedException(request, decision));
        return await onReject.InvokeAsync(context, path, value, decision).ConfigureAwait(false);
    }
}

/// <summary>When and how a human is asked.</summary>
internal sealed record ApprovalTerms<T>(Func<T, bool>? When, Func<T, string>? Prompt, string? Role, RequestTerms? Rules);

/// <summary>What goes on with a value that a human has rejected.</summary>
internal abstract class RejectionStep<T>
{
    public abstract ValueTask<T> InvokeAsync(FlowContext context, StepPath path, T value, ApprovalDecision decision);

    public abstract void Describe(FlowSketch sketch);
}

/// <summary>A step that is told why.</summary>
internal sealed class InformedRejection<T>(StepUse<Rejection<T>, T> step) : RejectionStep<T>
{
    public override ValueTask<T> InvokeAsync(FlowContext context, StepPath path, T value, ApprovalDecision decision) =>
        step.InvokeAsync(context, path, new(value, decision.Reason ?? "", decision.By));

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);
}

/// <summary>A step that needs no reason.</summary>
internal sealed class PlainRejection<T>(StepUse<T, T> step) : RejectionStep<T>
{
    public override ValueTask<T> InvokeAsync(FlowContext context, StepPath path, T value, ApprovalDecision decision) => step.InvokeAsync(context, path, value);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);
}
