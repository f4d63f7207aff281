using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>The bound of a repeating verb: when it has reached its goal, and what happens when it has not.</summary>
internal sealed class Iteration<T>(string name, string kind, Func<T, bool> until, int max, OnLimit onLimit)
{
    private readonly Func<T, bool> _until = until;

    public string Name => name;

    public string Kind => kind;

    public string Settings => $"max={max}; on-limit={onLimit}";

    /// <summary>Whether another iteration is wanted after the one at the given path. A decision there: true means again.</summary>
    public bool IsWanted(FlowContext context, StepPath at, T value) => context.Decide(
        at, DecisionKind.Loop, (rule: this, context, at, value),
        static state => !VerbCode.Run(state.context, state.at, "the condition of a loop", state.rule._until, state.value),
        isPure: true);

    /// <summary>Whether the bound allows no further iteration; the loop then ends with the last value, or fails.</summary>
    public bool IsOver(FlowContext context, StepPath path, int iterations)
    {
        if (iterations < max) return false;
        if (onLimit == OnLimit.Fail) throw VerbCode.At(context, path, new LoopLimitException(path, max));
        context.Decide(path, DecisionKind.Loop, max, static _ => false, "the limit of iterations is reached");
        return true;
    }

    /// <summary>Draws the place where the loop decides, and the ways on and back.</summary>
    public void Describe(FlowSketch sketch, SketchMark mark, Type input, Type output)
    {
        DescribeDecision(sketch, input, output);
        sketch.Again(sketch.Scope, mark, "again");
        sketch.Label("done");
    }

    public void DescribeDecision(FlowSketch sketch, Type input, Type output) => sketch.Add(sketch.Scope, name, kind, input, output, Settings);
}
