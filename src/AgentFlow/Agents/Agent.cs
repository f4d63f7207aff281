namespace AgentFlow;

/// <summary>Where agents begin.</summary>
public static class Agent
{
    /// <summary>Begins an agent that answers text with text.</summary>
    /// <param name="name">The agent's name, a segment of the paths of its calls: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    public static AgentBuilder<string, string> Create(string name) => Create<string, string>(name);

    /// <summary>
    /// Begins an agent: a flow whose body is the conversation with a model and its tools. A <see cref="string"/> as result means
    /// text; any other type is demanded from the model by its JSON schema and repaired when it does not fit.
    /// </summary>
    /// <typeparam name="TIn">What the agent takes.</typeparam>
    /// <typeparam name="TOut">What the agent answers.</typeparam>
    /// <param name="name">The agent's name, a segment of the paths of its calls: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    public static AgentBuilder<TIn, TOut> Create<TIn, TOut>(string name) => new(StepName.Validate(name));

    /// <summary>
    /// An agent of the <see cref="AgentRegistry"/> by name and type, for every place where an agent or step can stand:
    /// <c>.Then(Agent.Registered&lt;ClaimFile, ClaimFacts&gt;("claims-extractor"))</c>. A run pins the version it gets when it starts, and
    /// uses it to its end, whatever is activated meanwhile; its first entry says which.
    /// </summary>
    /// <remarks>
    /// All agents that a flow refers to are pinned together, those in nested flows and tools included. An agent that only the code of
    /// <c>Flow.FromCode</c> knows is found at its first use, and the decision recorded. A registered agent is not retried as a
    /// whole, because its versions may have irreversible tools: its definition says how its model calls are retried.
    /// </remarks>
    /// <typeparam name="TIn">What the agent takes; compared with the input schema of its definition.</typeparam>
    /// <typeparam name="TOut">What the agent answers; compared with the output schema of its definition.</typeparam>
    /// <param name="name">The agent's name in the registry.</param>
    /// <param name="description">What the agent is for, as a model reads it that has it as a tool or worker: the flow says it, not the registry.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    public static Flow<TIn, TOut> Registered<TIn, TOut>(string name, string description = "")
    {
        ArgumentNullException.ThrowIfNull(description);
        return new AgentReference<TIn, TOut>(StepName.Validate(name), description);
    }
}
