namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>A coordination verb: its name is in the scope already, and its participants are checked with the flow.</summary>
    private FlowBuilder<TIn, TNext> Coordinate<TNext>(string name, PatternNode<TCurrent, TNext> body) =>
        Add(new ThenNode<TIn, TCurrent, TNext>(_last, new(new PatternFlow<TCurrent, TNext>(name, body), 1)));
}
