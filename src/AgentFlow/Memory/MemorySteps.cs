using System.Diagnostics;
using AgentFlow.Policies;

namespace AgentFlow.Memories;

/// <summary>An access to memory as an effect. The scope is held against the run's principal where the store is touched.</summary>
internal abstract class MemoryStep<TIn, TOut>(string name, AgentMemory memory, PolicyOperation operation, string telemetry) : EffectStep<TIn, TOut>(name)
{
    internal sealed override PolicyOperation Operation => operation;

    internal sealed override void DescribeTo(PolicyFacts facts, TIn input) => facts.From = memory.Agent;

    internal sealed override Activity? StartSpan(TIn input, FlowContext scope, StepPath path)
    {
        var span = AgentFlowTelemetry.Source.StartActivity(
            telemetry, ActivityKind.Client, scope.Span?.Start() ?? default, [new(SpanTags.Operation, telemetry), new(SpanTags.Provider, "agentflow"), new(SpanTags.Agent, memory.Agent)]);
        if (span is { IsAllDataRequested: true }) span.SetTag(SpanTags.Path, path.ToString());
        return span;
    }

    protected internal sealed override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context)
    {
        var mine = MemoryScope.For(memory.Reach, context.Principal, context.RunId, memory.Agent);
        if (ScopeOf(input) is var asked && asked != mine) throw new MemoryScopeException($"The memory of {asked} was asked for in a run that may use that of {mine}.", asked);
        return AccessAsync(memory.StoreIn(context.Run.Runtime), input, context);
    }

    protected abstract MemoryScope? ScopeOf(TIn input);

    protected abstract ValueTask<TOut> AccessAsync(IMemoryStore store, TIn input, StepContext context);
}

internal sealed class RememberStep(AgentMemory memory) : MemoryStep<MemoryRecord, string>("remember", memory, PolicyOperation.WriteMemory, "upsert_memory")
{
    protected override MemoryScope ScopeOf(MemoryRecord input) => input.Scope;

    protected override async ValueTask<string> AccessAsync(IMemoryStore store, MemoryRecord input, StepContext context)
    {
        await store.RememberAsync(input with { Time = context.Time.GetUtcNow() }, context.CancellationToken).ConfigureAwait(false);
        return input.Id;
    }
}

internal sealed class RecallStep(AgentMemory memory) : MemoryStep<MemoryQuery, IReadOnlyList<RecalledMemory>>("recall", memory, PolicyOperation.ReadMemory, "search_memory")
{
    protected override MemoryScope ScopeOf(MemoryQuery input) => input.Scope;

    // A store that hands out what is not of the scope must not get through with it.
    protected override async ValueTask<IReadOnlyList<RecalledMemory>> AccessAsync(IMemoryStore store, MemoryQuery input, StepContext context) =>
        [.. (await store.RecallAsync(input, context.CancellationToken).ConfigureAwait(false)).Where(found => found.Memory.Scope == input.Scope)];
}

internal sealed class ForgetStep(AgentMemory memory) : MemoryStep<MemoryFilter, int>("forget", memory, PolicyOperation.WriteMemory, "delete_memory")
{
    protected override MemoryScope? ScopeOf(MemoryFilter input) => input.Scope;

    protected override ValueTask<int> AccessAsync(IMemoryStore store, MemoryFilter input, StepContext context) => store.ForgetAsync(input, context.CancellationToken);
}
