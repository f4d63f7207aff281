namespace AgentFlow;

/// <summary>Tries one stage after the other until a result is acceptable. Why the n-th one was taken or not is a decision at <c>name/(try)#n</c>.</summary>
internal sealed class CascadeNode<TIn, TCurrent, TOut, TNext>(
    FlowNode<TIn, TCurrent> previous, string name, CascadeStage<TCurrent, TOut>[] stages, Func<TOut, IReadOnlyList<Tried<TOut>>, TNext> map)
    : PatternNode<TIn, TCurrent, TNext>(previous, name)
{
    protected override async ValueTask<TNext> RunAsync(TCurrent value, FlowContext scope)
    {
        var tried = new List<Tried<TOut>>(stages.Length);
        for (var i = 0; i < stages.Length; i++)
        {
            var stage = await TryAsync(scope, scope.Path.Child("(try)", i + 1), stages[i], value).ConfigureAwait(false);
            tried.Add(stage);
            if (stage.IsAccepted) return VerbCode.Run(scope, scope.Path, "the map of a Cascade", state => map(state.Outcome.Value!, tried), stage);
        }

        throw VerbCode.At(scope, scope.Path, new CascadeException(scope.Path, [.. tried.Select(stage => (stage.Stage, stage.Refusal!))]));
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        var accepted = new List<OpenEnd>();
        foreach (var stage in stages)
        {
            stage.Step.Describe(sketch);
            stage.Rules.Describe(sketch);
            accepted.AddRange(sketch.Ends);
            sketch.Label("not accepted", DescribedEdgeKind.Failed);
        }

        sketch.Ends = accepted;
        sketch.Add(sketch.Scope, Name, "cascade", typeof(TCurrent), typeof(TNext), $"accepts={string.Join(",", stages.Select(stage => stage.Rules.Size))}");
    }

    private static async ValueTask<Tried<TOut>> TryAsync(FlowContext scope, StepPath at, CascadeStage<TCurrent, TOut> stage, TCurrent value)
    {
        var name = stage.Step.Step.Name;
        TOut result;
        try
        {
            result = await scope.RunAsync(stage.Step.Step, value).ConfigureAwait(false);
        }
        catch (Exception exception) when (Participant.MayBeReplaced(exception))
        {
            var failed = Participant.Failure<TOut>(exception, scope.Path.Child(name));
            scope.Decide(at, Journaling.DecisionKind.Value, name, static name => $"{name} failed", $"{failed}");
            return new(name, failed, []);
        }

        var verdict = await stage.Rules.JudgeAsync(scope, at, result).ConfigureAwait(false);
        if (stage.Rules.IsEmpty) scope.Decide(at, Journaling.DecisionKind.Value, name, static name => $"{name} accepted", "every result of this stage is accepted");
        return new(name, Outcome<TOut>.Success(result, scope.Path.Child(name)), verdict.IsReady ? [] : verdict.Reasons);
    }
}
