namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Lets agents hand a conversation, and the control over it, to each other along declared edges, until one of them answers.
    /// <code>
    /// .Handoff("support", h =&gt; h.Start(triage)
    ///     .Edge(triage, billing, "invoices and refunds")
    ///     .Edge(triage, technical, "errors and outages")
    ///     .ToHuman(billing, "supervisor", "refunds above 100", role: "lead"))
    /// </code>
    /// </summary>
    /// <remarks>
    /// Everything runs below <c>name</c>, each agent under its own name (<c>billing</c>, <c>billing#2</c>). An agent hands over by calling a tool
    /// <c>hand_off_to_billing</c> with a reason; it has one for each of its edges and no other. Policies judge it as
    /// <see cref="Policies.PolicyOperation.HandOff"/>, from agent to agent; a refusal goes back to the agent's model. Each hand-off is a decision
    /// at <c>name/hop</c> with the agent's reason. When control goes a way again although nothing new has come up (no new result of a tool,
    /// no human has spoken), the agent is told first; when that does not help, the flow ends with a <see cref="LivelockException"/>.
    /// </remarks>
    /// <typeparam name="TNext">What the agents answer.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths of everybody in it.</param>
    /// <param name="handoff">Names the first agent, the edges and the rules.</param>
    public FlowBuilder<TIn, TNext> Handoff<TNext>(string name, Func<HandoffBuilder<TCurrent>, HandoffBuilder<TCurrent, TNext>> handoff)
    {
        ArgumentNullException.ThrowIfNull(handoff);
        var scope = Scope.Name(name);
        var given = handoff(new HandoffBuilder<TCurrent>(scope)) ?? throw new ArgumentException($"The edges of hand-off '{scope.Path}' are null. Return what the last one returns: h => h.Start(…).Edge(…).", nameof(handoff));
        return Coordinate(name, new HandoffNode<TCurrent, TNext>(given.BuildIn(scope)));
    }
}
