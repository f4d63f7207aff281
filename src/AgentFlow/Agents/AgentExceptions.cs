namespace AgentFlow;

/// <summary>
/// An agent came to no answer. Flow code sees it as any other failure of a step; <see cref="EffectFailedException.Path"/> is
/// the agent's path.
/// </summary>
public abstract class AgentException : EffectFailedException
{
    private protected AgentException(string errorType, string message, FlowContext agent)
        : base(errorType, $"Agent '{agent.Owner}' {message}", agent.Path)
    {
        RunId = agent.RunId;
        Agent = agent.Owner;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>The agent's name.</summary>
    public string Agent { get; }
}

/// <summary>The model kept calling tools and gave no final answer within the agent's turns.</summary>
public sealed class MaxTurnsExceededException : AgentException
{
    internal MaxTurnsExceededException(FlowContext agent, int maxTurns)
        : base(typeof(MaxTurnsExceededException).FullName!, $"gave no final answer within {maxTurns} turns. Raise MaxTurns(…), or make its instructions say when to stop calling tools.", agent) =>
        MaxTurns = maxTurns;

    /// <summary>How many model calls the agent may make.</summary>
    public int MaxTurns { get; }
}

/// <summary>The model's answer does not fit the result type, also after the repairs.</summary>
public sealed class UnparsableOutputException : AgentException
{
    internal UnparsableOutputException(FlowContext agent, Type outputType, string problem, string lastText, int repairs)
        : base(typeof(UnparsableOutputException).FullName!, $"did not answer with a {TypeNames.Short(outputType)} after {repairs} repairs: {problem}", agent)
    {
        LastText = lastText;
        Problem = problem;
    }

    /// <summary>The last answer as the model gave it.</summary>
    public string LastText { get; }

    /// <summary>What was wrong with it.</summary>
    public string Problem { get; }
}

/// <summary>The model answered with neither text nor a tool call.</summary>
public sealed class EmptyResponseException : AgentException
{
    internal EmptyResponseException(FlowContext agent, string? refusal)
        : base(typeof(EmptyResponseException).FullName!, refusal is null ? "got an empty response from its model." : $"got no answer from its model but an error: {refusal}", agent) =>
        Refusal = refusal;

    /// <summary>The error or refusal that the model's service sent in place of an answer, if it sent one.</summary>
    public string? Refusal { get; }
}

/// <summary>The model's service stopped the answer at its content filter.</summary>
public sealed class ContentFilteredException : AgentException
{
    internal ContentFilteredException(FlowContext agent)
        : base(typeof(ContentFilteredException).FullName!, "was stopped by its model's content filter.", agent)
    {
    }
}

/// <summary>The model stopped in the middle of its answer because it had no tokens left.</summary>
public sealed class TruncatedOutputException : AgentException
{
    internal TruncatedOutputException(FlowContext agent, string partialText)
        : base(typeof(TruncatedOutputException).FullName!, "ran out of output tokens in the middle of its answer. Raise MaxOutputTokens in Options(…), or ask for less.", agent) =>
        PartialText = partialText;

    /// <summary>What the model had written until then.</summary>
    public string PartialText { get; }
}

/// <summary>An agent names a model that the runtime does not have.</summary>
public sealed class UnknownModelException : AgentFlowException
{
    internal UnknownModelException(string agent, string? model, IReadOnlyList<string> knownModels)
        : base(Compose(agent, model, knownModels))
    {
        Agent = agent;
        Model = model;
        KnownModels = knownModels;
    }

    /// <summary>The agent.</summary>
    public string Agent { get; }

    /// <summary>The name it gave, or <see langword="null"/> when it named none and the runtime has no single model.</summary>
    public string? Model { get; }

    /// <summary>The names in <see cref="FlowRuntime.Models"/> and the keys of the container's clients.</summary>
    public IReadOnlyList<string> KnownModels { get; }

    /// <summary>What is wrong and what to do about it, without a full stop.</summary>
    internal static (string Problem, string Cure) Explain(string agent, string? model, IReadOnlyList<string> known)
    {
        var have = known.Count == 0 ? "The runtime knows no model by name" : $"Known: {string.Join(", ", known)}";
        return model is null
            ? ($"Agent '{agent}' names no model, and the runtime has not exactly one to choose. {have}", "Say Model(\"…\")")
            : ($"Agent '{agent}' uses model '{model}', which the runtime does not have. {have}", $"Add it with AddModel(\"{model}\", …), FlowRuntimeOptions.Models.Add(\"{model}\", …) or a keyed IChatClient");
    }

    private static string Compose(string agent, string? model, IReadOnlyList<string> known)
    {
        var (problem, cure) = Explain(agent, model, known);
        return $"{problem}. {cure}.";
    }
}
