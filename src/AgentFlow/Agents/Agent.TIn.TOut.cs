using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// A flow whose body is the conversation between a model and the tools it was given. Every model call and every tool call is
/// an effect with its own entry, at <c>agent/model</c>, <c>agent/model#2</c>, <c>agent/tool</c>, …: a crash inside an agent
/// repeats nothing that was recorded. Immutable and thread-safe. Made by <see cref="Agent.Create{TIn,TOut}"/>.
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it answers.</typeparam>
public sealed class Agent<TIn, TOut> : Flow<TIn, TOut>
{
    internal Agent(AgentDefinition<TIn, TOut> definition, string? lane)
        : base(definition.Name, new AgentNode<TIn, TOut>(definition))
    {
        Definition = definition;
        IsIrreversible = definition.Tools.Any(tool => tool.IsIrreversible);
        if (lane is not null) Plan = Plan with { Lane = lane };
    }

    /// <summary>What the agent is for, as others see it: a model that has it as a tool, a reader of a diagram.</summary>
    public string Description => Definition.Description;

    internal override string Kind => "agent";

    internal override string Purpose => Description;

    internal AgentDefinition<TIn, TOut> Definition { get; }

    internal override bool IsIrreversible { get; }

    internal override void Validate(DefectList defects, string path)
    {
        base.Validate(defects, path);
        if (Plan.Retries == 0) return;
        foreach (var tool in Definition.Tools.Where(tool => tool.IsIrreversible))
        {
            defects.Add($"{path}/{tool.Name}", "the tool is irreversible, and the agent is retried as a whole", "retry its model calls, Agent.Create(…).Retry(…), or declare the tool EffectClass.Read or EffectClass.Idempotent");
        }
    }

    internal override void CheckAgainst(FlowRuntime runtime, DefectList defects, string path)
    {
        base.CheckAgainst(runtime, defects, path);
        if (!defects.Enter(Definition)) return;
        runtime.CheckLane(Definition.ModelPlan.Lane, defects, $"{path}/{ModelCallStep.StepName}");
        foreach (var model in new[] { Definition.Model, Definition.History.Summarizer, Definition.Sees?.Summarizer }) model?.CheckAgainst(runtime, Name, defects, path);
        if (Definition.Memory is { } memory && !memory.IsIn(runtime)) defects.Add(path, "the agent has a memory, and the runtime no store for it", "set FlowRuntimeOptions.Memory, register an IMemoryStore, or give the agent one: Memory(m => m.Store(…))");
        foreach (var tool in Definition.Tools) tool.CheckAgainst(runtime, defects, $"{path}/{tool.Name}");
    }

    private protected override string Structure =>
        $"tools={string.Join(',', Definition.Tools.Where(tool => tool is not HandoffTool).Select(tool => tool.Name))}; max-turns={Definition.MaxTurns}; repairs={Definition.Repairs}; max-tool-calls={Definition.MaxToolCalls}";

    internal override ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input) => IsJudged(scope.Run)
        ? new AgentInvocation<TIn, TOut>(this, scope, path).RunAsync(new PolicySubject<TIn>(input, scope.Label))
        : base.InvokeAsync(scope, path, input);

    internal ValueTask<TOut> ProceedAsync(FlowContext scope, StepPath path, TIn input) => base.InvokeAsync(scope, path, input);

    /// <summary>The conversation in a scope that somebody else has opened.</summary>
    internal ValueTask<TOut> ConverseAsync(TIn input, FlowContext context) => ExecuteAsync(input, context);

    internal override IEnumerable<Step> ToolSteps => Definition.Tools.Select(static tool => tool.Step).OfType<Step>();

    private protected override ValueTask<TOut> ExecuteAsync(TIn input, FlowContext context) =>
        (context.Features & RunFeatures.Telemetry) == 0 ? base.ExecuteAsync(input, context) : TraceAsync(input, context);

    private async ValueTask<TOut> TraceAsync(TIn input, FlowContext context)
    {
        var span = context.Span = AgentSpan.Create(context, Definition.Description, Definition.Model, Definition.Version);
        context.Run.Track(span);
        try
        {
            var result = await base.ExecuteAsync(input, context).ConfigureAwait(false);
            span.Stop();
            return result;
        }
        catch (Exception exception)
        {
            span.Stop(EffectOutcome.TypeOf(exception));
            throw;
        }
        finally
        {
            context.Run.Untrack(span);
        }
    }

    internal override PolicyOperation Operation => PolicyOperation.InvokeAgent;

    internal override void DescribeTo(PolicyFacts facts, TIn input) => facts.Model = Definition.Model.Name;

    private protected override bool IsJudged(FlowRun run) => run.Runtime.Policies.Covers(PolicyOperation.InvokeAgent);
}
