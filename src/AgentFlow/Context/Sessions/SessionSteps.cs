using AgentFlow.Policies;

namespace AgentFlow.Conversations;

/// <summary>Reads the conversation so far. What is read is recorded: a replay continues from what the run had begun with.</summary>
internal sealed class LoadSessionStep() : EffectStep<SessionKey, SessionRecord?>("load")
{
    internal override PolicyOperation Operation => PolicyOperation.ReadMemory;

    internal override void DescribeTo(PolicyFacts facts, SessionKey input) => facts.From = input.Agent;

    protected internal override async ValueTask<SessionRecord?> ExecuteAsync(SessionKey input, StepContext context)
    {
        var record = await context.Run.Runtime.SessionStore.ReadAsync(input, context.CancellationToken).ConfigureAwait(false);
        if (record is not null && (record.User != context.Principal.User || record.Tenant != context.Principal.Tenant)) throw new SessionAccessException(input, context.Principal);
        return record;
    }
}

/// <summary>Writes the conversation as it stands, once per call, however often the call is repeated.</summary>
internal sealed class SaveSessionStep() : EffectStep<SessionRecord, long>("save")
{
    private const int KnownWriters = 64;

    internal override PolicyOperation Operation => PolicyOperation.WriteMemory;

    internal override void DescribeTo(PolicyFacts facts, SessionRecord input) => facts.From = input.Key.Agent;

    /// <summary>Messages carry what services add to them, which is not the same in every process.</summary>
    internal override InputPrint? PrintOf(SessionRecord input, FlowRuntime runtime) => null;

    protected internal override async ValueTask<long> ExecuteAsync(SessionRecord input, StepContext context)
    {
        var store = context.Run.Runtime.SessionStore;
        var writer = context.IdempotencyKey;
        var stored = await store.ReadAsync(input.Key, context.CancellationToken).ConfigureAwait(false);
        if (stored?.Writers.Contains(writer) == true) return stored.Version;
        var record = input with
        {
            User = context.Principal.User,
            Tenant = context.Principal.Tenant,
            Writers = [.. input.Writers.Append(writer).TakeLast(KnownWriters)],
            Time = context.Time.GetUtcNow(),
        };
        if (await store.TryWriteAsync(record, context.CancellationToken).ConfigureAwait(false)) return record.Version;
        var actual = await store.ReadAsync(input.Key, context.CancellationToken).ConfigureAwait(false);
        throw new SessionConflictException(input.Key, input.Version - 1, actual?.Version ?? 0);
    }
}
