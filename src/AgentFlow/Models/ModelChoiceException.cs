namespace AgentFlow;

/// <summary>No model of the catalog is what an agent asks for, or the code that chooses named none of the candidates.</summary>
public sealed class ModelChoiceException : AgentFlowException
{
    internal ModelChoiceException(string agent, ModelChoice choice, IReadOnlyList<ModelInfo> known)
        : this(agent, choice, null, known, Compose(Explain(agent, choice, known)))
    {
    }

    internal ModelChoiceException(string agent, ModelChoice choice, string? chosen, IReadOnlyList<ModelInfo> candidates)
        : this(agent, choice, chosen, candidates, $"The code that chooses the model of agent '{agent}' returned {(chosen is null ? "null" : $"'{chosen}'")}. Return the name of a candidate: {string.Join(", ", candidates.Select(model => model.Name))}.")
    {
    }

    internal ModelChoiceException(string condition, string model, Exception exception)
        : base($"The condition '{condition}' of a model choice threw for model '{model}': {EffectOutcome.MessageOf(exception)}. Make it a pure function of what the catalog says.", exception)
    {
        Agent = "";
        Choice = condition;
        Models = [];
    }

    private ModelChoiceException(string agent, ModelChoice choice, string? chosen, IReadOnlyList<ModelInfo> models, string message)
        : base(message)
    {
        Agent = agent;
        Choice = choice.ToString();
        Chosen = chosen;
        Models = models;
    }

    /// <summary>The agent; empty when a condition threw, which any agent may have asked for.</summary>
    public string Agent { get; }

    /// <summary>What it asks for.</summary>
    public string Choice { get; }

    /// <summary>What the code that chooses returned, or <see langword="null"/>.</summary>
    public string? Chosen { get; }

    /// <summary>The models there were to choose from.</summary>
    public IReadOnlyList<ModelInfo> Models { get; }

    /// <summary>What is wrong and what to do about it, without a full stop.</summary>
    internal static (string Problem, string Cure) Explain(string agent, ModelChoice choice, IReadOnlyList<ModelInfo> known) => (
        $"Agent '{agent}' asks for {choice}, which no model of the catalog is. {(known.Count == 0 ? "The catalog is empty" : $"There are: {string.Join(", ", known.Select(model => model.Description))}")}",
        "Add such a model with Models.Add(\"…\", client, o => o.Tier(…).Capabilities(…)), or ask for less");

    private static string Compose((string Problem, string Cure) text) => $"{text.Problem}. {text.Cure}.";
}
