namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Gives the task to one of several who are capable of it, and to the next one when that one fails:
    /// <c>.Assign("translate", a =&gt; a.To(alice, can: ["french"], cost: 1).To(bob, can: ["french", "german"], cost: 3).Needs(x =&gt; x.Language).Cheapest())</c>.
    /// Nobody capable ends the flow with a <see cref="NoCandidateException"/>, everybody failing with an <see cref="AssignmentException"/>.
    /// </summary>
    /// <remarks>
    /// The n-th choice is a decision at <c>name/(assignment)#n</c> with its reason. A replay follows it: what the others did at that moment is
    /// not asked again.
    /// </remarks>
    /// <typeparam name="TNext">What everybody yields.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="candidates">Names who may do it, and who is preferred.</param>
    public FlowBuilder<TIn, TNext> Assign<TNext>(string name, Func<AssignBuilder<TCurrent>, AssignBuilder<TCurrent, TNext>> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var scope = Scope.Name(name);
        var given = candidates(new(scope)) ?? throw new ArgumentException($"The candidates of '{scope.Path}' are null. Return what the last one returns: a => a.To(…).", nameof(candidates));
        return Add(new AssignNode<TIn, TCurrent, TNext>(_last, name, given.BuildIn(scope)));
    }
}
