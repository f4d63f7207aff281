namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Tries the cheap way first and a dearer one when its result is not good enough:
    /// <c>.Cascade("answer", c =&gt; c.Try(small, x =&gt; x.Confidence &gt;= 0.8).Try(large))</c>. A stage that fails is followed by the next one,
    /// too. The last stage without a rule has the last word; otherwise the flow ends with a <see cref="CascadeException"/>.
    /// </summary>
    /// <remarks>Why the n-th stage's result was taken or not is a decision at <c>name/(try)#n</c>; a replay follows it and tries no rule again.</remarks>
    /// <typeparam name="TOut">What every stage yields.</typeparam>
    /// <param name="name">The verb's name, a segment of its stages' paths.</param>
    /// <param name="stages">Names the stages, cheapest first.</param>
    public FlowBuilder<TIn, TOut> Cascade<TOut>(string name, Func<CascadeBuilder<TCurrent>, CascadeBuilder<TCurrent, TOut>> stages) =>
        Cascade(name, stages, static (value, _) => value);

    /// <summary>Tries the cheap way first, and goes on with what the result and the list of everything that was tried make together.</summary>
    /// <inheritdoc cref="Cascade{TOut}(string,Func{CascadeBuilder{TCurrent},CascadeBuilder{TCurrent,TOut}})"/>
    /// <typeparam name="TOut">What every stage yields.</typeparam>
    /// <typeparam name="TNext">What the verb yields.</typeparam>
    /// <param name="name">The verb's name, a segment of its stages' paths.</param>
    /// <param name="stages">Names the stages, cheapest first.</param>
    /// <param name="map">Pure; takes the accepted result and what every stage came to, the accepted one last.</param>
    public FlowBuilder<TIn, TNext> Cascade<TOut, TNext>(
        string name, Func<CascadeBuilder<TCurrent>, CascadeBuilder<TCurrent, TOut>> stages, Func<TOut, IReadOnlyList<Tried<TOut>>, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentNullException.ThrowIfNull(map);
        var scope = Scope.Name(name);
        var given = stages(new CascadeBuilder<TCurrent>(scope)) ?? throw new ArgumentException($"The stages of cascade '{scope.Path}' are null. Return what the last stage returns: c => c.Try(…).", nameof(stages));
        return Add(new CascadeNode<TIn, TCurrent, TOut, TNext>(_last, name, given.BuildIn(scope), map));
    }
}
