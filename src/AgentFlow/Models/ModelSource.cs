using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Which model an agent talks to: a client of its own, a name or a choice that the runtime resolves at every call.</summary>
internal sealed record ModelSource(string? Name, IChatClient? Client, ModelPrice? Price)
{
    public static readonly ModelSource Unnamed = new(null, null, null);

    public ModelChoice? Choice { get; init; }

    /// <summary>The agent's own fallbacks; null for those of the model.</summary>
    public IReadOnlyList<string>? Fallbacks { get; init; }

    /// <summary>How responses are kept for other calls; null when they are not.</summary>
    public ModelCacheRule? Cache { get; init; }

    /// <summary>The models of one call.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelChoiceException">No model is what the choice asks for.</exception>
    public ModelRoute Route(FlowRuntime runtime, string agent, ModelRequest request)
    {
        if (Choice is null && Client is null && Fallbacks is null && EntryIn(runtime) is { Info.Fallbacks.Count: 0 } entry) return entry.Alone;
        var reason = default(string);
        ResolvedModel first;
        if (Choice is not null)
        {
            (var chosen, reason) = Choice.Choose(runtime.Models, agent, request) ?? throw new ModelChoiceException(agent, Choice, runtime.Models.All);
            first = Named(runtime, agent, chosen.Name);
        }
        else
        {
            first = TryResolve(runtime) ?? throw new UnknownModelException(agent, Name, runtime.KnownModels);
        }

        var fallbacks = Fallbacks ?? first.Entry?.Info.Fallbacks ?? [];
        if (fallbacks.Count == 0) return new([first], reason);
        return new([first, .. fallbacks.Where(name => name != first.Name).Select(name => Named(runtime, agent, name))], reason);
    }

    /// <summary>The model, as far as it can be known without a call.</summary>
    public ResolvedModel? TryResolve(FlowRuntime runtime)
    {
        if (Client is not null) return new(Client, Price, Name);
        if (Choice is not null) return Choice.Candidates(runtime.Models) is [var first, ..] ? ResolveNamed(runtime, first.Name) : null;
        return Name is null ? ResolveUnnamed(runtime) : ResolveNamed(runtime, Name);
    }

    /// <summary>The size of the model's window, when the runtime knows it; of a choice the largest, to which a conversation may grow.</summary>
    public int? ContextTokensIn(FlowRuntime runtime)
    {
        if (Client is not null) return null;
        if (Choice is null) return EntryIn(runtime)?.Info.ContextWindow;
        var windows = Choice.Candidates(runtime.Models).Select(model => model.ContextWindow).ToList();
        return windows.Contains(null) ? null : windows.Max();
    }

    /// <summary>Finds, without making a client, what a call would not find.</summary>
    public void CheckAgainst(FlowRuntime runtime, string agent, DefectList defects, string path)
    {
        IReadOnlyList<ModelInfo>? candidates;
        try
        {
            candidates = Choice?.Candidates(runtime.Models);
        }
        catch (ModelChoiceException exception)
        {
            defects.Add(path, exception.Message, "mend the condition");
            return;
        }

        if (Choice is not null && candidates!.Count == 0)
        {
            var (problem, cure) = ModelChoiceException.Explain(agent, Choice, runtime.Models.All);
            defects.Add(path, problem, cure);
        }
        else if (Choice is null && !IsKnownTo(runtime))
        {
            Report(Name);
        }

        IEnumerable<ModelInfo> possible = candidates ?? (Client is null && EntryIn(runtime) is { } entry ? [entry.Info] : []);
        var fallbacks = possible.SelectMany(model => Fallbacks ?? model.Fallbacks).Concat(Fallbacks ?? []).Distinct().ToList();
        foreach (var unknown in fallbacks.Where(name => !new ModelSource(name, null, null).IsKnownTo(runtime))) Report(unknown);
        foreach (var model in possible.Concat(fallbacks.Select(runtime.Models.Find).OfType<ModelInfo>())) runtime.CheckLane(model.Lane, defects, $"{path}/{ModelCallStep.StepName}");

        void Report(string? name)
        {
            var (problem, cure) = UnknownModelException.Explain(agent, name, runtime.KnownModels);
            defects.Add(path, problem, cure);
        }
    }

    /// <summary>Whether a call would find the named model, or the client; makes none.</summary>
    public bool IsKnownTo(FlowRuntime runtime)
    {
        if (Client is not null || EntryIn(runtime) is not null) return true;
        return runtime.ContainerModels.Has(Name);
    }

    private CatalogModel? EntryIn(FlowRuntime runtime) => Name is null ? runtime.Models.Only : runtime.Models.Entry(Name);

    private static ResolvedModel Named(FlowRuntime runtime, string agent, string name) =>
        ResolveNamed(runtime, name) ?? throw new UnknownModelException(agent, name, runtime.KnownModels);

    private static ResolvedModel? ResolveNamed(FlowRuntime runtime, string name)
    {
        if (runtime.Models.Entry(name) is { } entry) return entry.Alone.Models[0];
        return runtime.ContainerModels.Find(name) is { } client ? new(client, null, name) : null;
    }

    private static ResolvedModel? ResolveUnnamed(FlowRuntime runtime)
    {
        if (runtime.Models.Only is { } only) return ResolveNamed(runtime, only.Info.Name);
        return runtime.ContainerModels.Find(null) is { } client ? new(client, null, null) : null;
    }
}
