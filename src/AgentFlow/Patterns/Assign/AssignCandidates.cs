namespace AgentFlow;

/// <summary>Somebody who may do a task.</summary>
internal sealed record AssignCandidate<TIn, TOut>(StepUse<TIn, TOut> Use, string[] Capabilities, double Cost, double Score) : IAssignable
{
    public string Name => Use.Step.Name;

    public bool Can(IEnumerable<string> capabilities) => capabilities.All(capability => Capabilities.Contains(capability, StringComparer.OrdinalIgnoreCase));
}

/// <summary>What a rule sees of a candidate.</summary>
internal interface IAssignable
{
    string Name { get; }

    double Cost { get; }

    double Score { get; }
}

/// <summary>Where candidates come from: declared on the verb, or found by their capabilities.</summary>
internal abstract class CandidateSource<TIn, TOut>
{
    /// <summary>Everybody who is capable, in an order that a replay yields again.</summary>
    public abstract IReadOnlyList<AssignCandidate<TIn, TOut>> Find(FlowContext scope, IReadOnlyList<string> capabilities);

    /// <summary>The candidate that was chosen, now or in the recorded run.</summary>
    public abstract AssignCandidate<TIn, TOut>? Named(FlowContext scope, string name);

    public abstract string Known { get; }

    public abstract void Describe(FlowSketch sketch);
}

/// <summary>Candidates that the verb itself names.</summary>
internal sealed class DeclaredCandidates<TIn, TOut>(AssignCandidate<TIn, TOut>[] candidates) : CandidateSource<TIn, TOut>
{
    public override string Known => string.Join(", ", candidates.Select(candidate => candidate.Capabilities.Length == 0 ? candidate.Name : $"{candidate.Name} ({string.Join(", ", candidate.Capabilities)})"));

    public override IReadOnlyList<AssignCandidate<TIn, TOut>> Find(FlowContext scope, IReadOnlyList<string> capabilities) =>
        capabilities.Count == 0 ? candidates : Array.FindAll(candidates, candidate => candidate.Can(capabilities));

    public override AssignCandidate<TIn, TOut>? Named(FlowContext scope, string name) => Array.Find(candidates, candidate => candidate.Name == name);

    public override void Describe(FlowSketch sketch)
    {
        var from = sketch.Scope;
        sketch.Branch(candidates, candidate =>
        {
            sketch.Ends = [new OpenEnd(from, candidate.Capabilities.Length == 0 ? null : string.Join(", ", candidate.Capabilities))];
            candidate.Use.Describe(sketch);
        });
    }
}
