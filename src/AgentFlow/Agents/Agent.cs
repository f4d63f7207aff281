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
}
