using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>Who puts right what is not ready.</summary>
internal abstract class Mender<T>
{
    public abstract string Name { get; }

    public abstract ValueTask<T> MendAsync(FlowContext scope, Redo<T, T> work);

    public abstract void Describe(FlowSketch sketch);
}

internal sealed class StepMender<T>(StepUse<Redo<T, T>, T> step) : Mender<T>
{
    public override string Name => step.Step.Name;

    public override ValueTask<T> MendAsync(FlowContext scope, Redo<T, T> work) => scope.RunAsync(step.Step, work);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);
}

/// <summary>A human answers with a better value.</summary>
internal sealed class HumanMender<T>(Func<T, IReadOnlyList<string>, Question<T>> question) : Mender<T>
{
    public const string Request = "complete";

    public override string Name => Request;

    public override ValueTask<T> MendAsync(FlowContext scope, Redo<T, T> work) =>
        scope.AskAsync(Request, VerbCode.Run(scope, scope.Path, "the question of a Check", state => question(state.Last!, state.Reasons), work)
            ?? throw VerbCode.At(scope, scope.Path, new FlowCodeException(scope.Path, "the question of a Check is null. Ask for a complete value.")));

    public override void Describe(FlowSketch sketch) => sketch.Add(sketch.Use(Request), Request, "ask", typeof(T), typeof(T));
}
