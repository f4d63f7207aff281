namespace AgentFlow;

/// <summary>Runs a step again and again until its result is good: iteration n runs at <c>name/n</c>.</summary>
internal sealed class LoopNode<TIn, T>(FlowNode<TIn, T> previous, StepUse<T, T> body, Iteration<T> rule) : FlowNode<TIn, T, T>(previous)
{
    private readonly PathUse _path = new(rule.Name);

    protected override async ValueTask<T> ApplyAsync(FlowContext context, T value)
    {
        var path = _path.In(context.Path);
        for (var i = 1; ; i++)
        {
            var at = path.Index(i);
            value = await body.InvokeAsync(context, at, value).ConfigureAwait(false);
            if (!rule.IsWanted(context, at, value) || rule.IsOver(context, path, i)) return value;
        }
    }

    protected override void DescribeVerb(FlowSketch sketch) => sketch.Within(sketch.Use(rule.Name), inside =>
    {
        var mark = inside.Mark;
        inside.Within($"{inside.Scope}/*", body.Describe);
        rule.Describe(inside, mark, typeof(T), typeof(T));
    });
}
