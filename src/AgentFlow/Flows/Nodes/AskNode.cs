using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>Waits for a human's typed answer and goes on with value and answer.</summary>
internal sealed class AskNode<TIn, T, TAnswer>(FlowNode<TIn, T> previous, string name, Func<T, Question<TAnswer>> question)
    : FlowNode<TIn, T, (T Value, TAnswer Answer)>(previous)
{
    protected override async ValueTask<(T Value, TAnswer Answer)> ApplyAsync(FlowContext context, T value)
    {
        var asked = VerbCode.Run(context, context.Path.Child(name), "the question of an Ask", question, value)
            ?? throw VerbCode.At(context, context.Path.Child(name), new FlowCodeException(context.Path.Child(name), "the question of an Ask is null. Yield a Question; ask only where there is one, with Route."));
        return (value, await context.AskAsync(name, asked).ConfigureAwait(false));
    }

    protected override void DescribeVerb(FlowSketch sketch) => sketch.Add(sketch.Use(name), name, "ask", typeof(T), typeof(TAnswer));
}
