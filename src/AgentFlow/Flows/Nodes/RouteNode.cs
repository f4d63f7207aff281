using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Takes one of several branches. Which one is a decision at the verb's path; the branch runs below it.</summary>
internal abstract class RouteNode<TIn, TCurrent, TKey, TOut>(FlowNode<TIn, TCurrent> previous, string name, RouteTable<TCurrent, TKey, TOut> table)
    : FlowNode<TIn, TCurrent, TOut>(previous)
{
    private readonly PathUse _path = new(name);

    protected StepPath PathIn(FlowContext context) => _path.In(context.Path);

    protected ValueTask<TOut> Take<TState>(FlowContext context, StepPath path, TCurrent value, TState state, Func<TState, string> choose) =>
        table.Branch(path, context.Decide(path, DecisionKind.Route, state, choose, isPure: true)).InvokeAsync(context, path, value);

    protected string Choose(FlowContext context, StepPath path, TKey key) =>
        table.Find(key) ?? throw VerbCode.At(context, path, new RouteNotFoundException(path, key, table.Labels));

    protected sealed override void DescribeVerb(FlowSketch sketch) => sketch.Within(sketch.Use(name), inside =>
    {
        DescribeKey(inside);
        inside.Add(inside.Scope, name, "route", typeof(TCurrent), typeof(TOut));
        inside.Branch(table.Branches.GroupBy(branch => branch.Step.Step.Name), shared =>
        {
            inside.Ends = [.. shared.Select(branch => new OpenEnd(inside.Scope, branch.Label))];
            shared.First().Step.Describe(inside);
        });
    });

    protected virtual void DescribeKey(FlowSketch sketch)
    {
    }
}

/// <summary>A router whose key is code.</summary>
internal sealed class CodeRouteNode<TIn, TCurrent, TKey, TOut>(
    FlowNode<TIn, TCurrent> previous, string name, Func<TCurrent, TKey> key, RouteTable<TCurrent, TKey, TOut> table)
    : RouteNode<TIn, TCurrent, TKey, TOut>(previous, name, table)
{
    protected override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value)
    {
        var path = PathIn(context);
        return Take(context, path, value, (node: this, context, path, value), static state =>
            state.node.Choose(state.context, state.path, VerbCode.Run(state.context, state.path, "the key of a Route", state.node.Key, state.value)));
    }

    private Func<TCurrent, TKey> Key => key;
}

/// <summary>A router whose key is found by a step or an agent.</summary>
internal sealed class StepRouteNode<TIn, TCurrent, TKey, TOut>(
    FlowNode<TIn, TCurrent> previous, string name, StepUse<TCurrent, TKey> key, RouteTable<TCurrent, TKey, TOut> table)
    : RouteNode<TIn, TCurrent, TKey, TOut>(previous, name, table)
{
    protected override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value)
    {
        var path = PathIn(context);
        var found = key.InvokeAsync(context, path, value);
        return found.IsCompletedSuccessfully ? Follow(context, path, value, found.Result) : FollowAsync(context, path, value, found);
    }

    protected override void DescribeKey(FlowSketch sketch) => key.Describe(sketch);

    private ValueTask<TOut> Follow(FlowContext context, StepPath path, TCurrent value, TKey found) =>
        Take(context, path, value, (node: this, context, path, found), static state => state.node.Choose(state.context, state.path, state.found));

    private async ValueTask<TOut> FollowAsync(FlowContext context, StepPath path, TCurrent value, ValueTask<TKey> found) =>
        await Follow(context, path, value, await found.ConfigureAwait(false)).ConfigureAwait(false);
}
