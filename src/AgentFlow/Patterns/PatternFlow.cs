namespace AgentFlow;

/// <summary>A coordination verb: a flow of its own inside of the flow that says it, with a name, a scope and participants.</summary>
internal sealed class PatternFlow<TIn, TOut>(string name, PatternNode<TIn, TOut> body) : Flow<TIn, TOut>(name, body)
{
    internal override string Kind => body.Kind;

    private protected override string Structure => $"{base.Structure}; {body.Settings}";

    /// <summary>Nobody has built this flow by itself: what is wrong with its participants is found where the verb is said.</summary>
    internal override void Validate(DefectList defects, string path)
    {
        base.Validate(defects, path);
        foreach (var part in Parts) part.Step.Validate(defects, path + part.Path);
    }
}

/// <summary>The body of a coordination verb: code over the context, which also knows how to describe itself.</summary>
internal abstract class PatternNode<TIn, TOut> : FlowNode<TIn, TOut>
{
    /// <summary>The verb's kind in descriptions.</summary>
    public abstract string Kind { get; }

    /// <summary>Its bounds, for the fingerprint.</summary>
    public abstract string Settings { get; }

    /// <summary>Adds participants and the ways between them.</summary>
    protected abstract override void DescribeVerb(FlowSketch sketch);
}
