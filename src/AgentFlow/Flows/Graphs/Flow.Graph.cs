namespace AgentFlow;

public static partial class Flow
{
    /// <summary>
    /// A flow whose order follows from data: a node starts the moment the results exist that it takes, and nothing else holds it
    /// back. The first failure cancels the other nodes and is the graph's own.
    /// </summary>
    /// <example><code>
    /// var flow = Flow.Graph&lt;Claim, Report&gt;("claim", g =&gt;
    /// {
    ///     var file = g.Add(load, g.Input);
    ///     var facts = g.Add(extract, file);
    ///     var damage = g.Add(assess, file);
    ///     return g.Add("report", (f, d, ctx) =&gt; new Report(f, d), facts, damage);
    /// });
    /// </code></example>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="name">The flow's name.</param>
    /// <param name="build">Called once, now: adds the nodes and returns the one whose result is the flow's.</param>
    /// <param name="version">The version, at least 1.</param>
    /// <param name="resumes">The oldest version whose runs this one may continue.</param>
    /// <exception cref="FlowDefinitionException">Lists every defect with its place and cure.</exception>
    public static Flow<TIn, TOut> Graph<TIn, TOut>(string name, Func<GraphBuilder<TIn>, GraphNode<TOut>> build, int version = 1, int? resumes = null)
    {
        ArgumentNullException.ThrowIfNull(build);
        FlowVersion.Check(version, resumes);
        var draft = new GraphDraft(name);
        var result = build(new GraphBuilder<TIn>(draft)) ?? throw new ArgumentException($"Graph '{name}' returns no node. Return the one whose result is the flow's.", nameof(build));
        var flow = new Flow<TIn, TOut>(name, new GraphBody<TIn, TOut>(draft.Build(result), result), version, resumes);
        draft.ThrowIfDefective(flow);
        return flow;
    }
}
