namespace AgentFlow;

/// <content>Finding agents, and what is wrong with them.</content>
public sealed partial class AgentRegistry
{
    /// <summary>The agents that new runs may use and that have a capability, by name.</summary>
    /// <param name="capability">The capability; compared without regard to case.</param>
    /// <returns>As they are known here: see <see cref="RefreshAsync"/>.</returns>
    public IReadOnlyList<RegisteredAgent> FindByCapability(string capability)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(capability);
        return [.. State.Agents.Values.Where(agent => agent.Active is { IsDeprecated: false } active && active.Definition.Capabilities.Contains(capability, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>
    /// The same as steps of a flow, for the verbs that choose among candidates: <c>registry.FindByCapability&lt;Claim, Facts&gt;("extract-facts")</c>.
    /// Which agents they are is settled here; which version each of them is, when a run starts.
    /// </summary>
    /// <typeparam name="TIn">What the agents take.</typeparam>
    /// <typeparam name="TOut">What the agents answer.</typeparam>
    /// <param name="capability">The capability; compared without regard to case.</param>
    public IReadOnlyList<Flow<TIn, TOut>> FindByCapability<TIn, TOut>(string capability) => [.. FindByCapability(capability).Select(static agent => agent.As<TIn, TOut>())];

    /// <summary>
    /// The agents that match a text in name, capabilities or description, best first. Words are compared without regard to case; a whole capability
    /// counts most, then words of the name, of capabilities and of the description.
    /// </summary>
    /// <param name="text">The words.</param>
    /// <param name="max">How many at the most, at least 1.</param>
    /// <returns>Agents that new runs may use, as they are known here: see <see cref="RefreshAsync"/>.</returns>
    public IReadOnlyList<AgentMatch> Search(string text, int max = 20)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return AgentSearch.Find(State.Agents.Values, text, max);
    }

    /// <summary>
    /// Looks for what is wrong or doubtful: tools nobody provides, unknown models and policies, deprecated versions that are active, capabilities that
    /// several agents have. Looked at are the versions that runs may get and the newest one of each agent.
    /// </summary>
    /// <returns>Findings with place and cure, errors first; as the agents are known here.</returns>
    public IReadOnlyList<AgentFinding> Lint() => AgentLint.FindAll(State.Agents.Values, _hosts.Live);
}
