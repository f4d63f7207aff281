namespace AgentFlow;

/// <content>Which run a start means: a new one, or the one that has the id already.</content>
public sealed partial class FlowRuntime
{
    private FlowRun<TOut> Accept<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions? options, bool hasHandle, out bool isNew)
    {
        ArgumentNullException.ThrowIfNull(flow);
        options ??= RunOptions.Default;
        options.Validate();
        options = options.Snapshot();
        isNew = true;
        if (options.Id is null)
        {
            var next = RunId.Next();
            return AddUnlessStopping(new FlowRun<TIn, TOut>(this, next, flow, input, options, hasHandle, agents: RegisteredAgents.PinAll(flow, next)));
        }

        var id = RunId.Parse(options.Id);
        FlowRun? known;
        lock (_naming)
        {
            known = GetRun(id) ?? (Dormant.TryGet(id, out var dormant) && dormant.Handle is { } handle && handle.TryGetTarget(out var retired) ? retired : null);
            if (known is null && id.IsGeneratedHere) throw new ArgumentException($"'{id}' is an id of the kind this process gives to runs without one, and no run has it any more. Choose another.", nameof(options));
            if (known is null) return AddUnlessStopping(new FlowRun<TIn, TOut>(this, id, flow, input, options, hasHandle, agents: RegisteredAgents.PinAll(flow, id)));
        }

        isNew = false;
        return Same(known, flow, input, options.Principal);
    }

    /// <summary>The same where something must be read first. With a journal an earlier process may have started the run, or this one has put it away.</summary>
    private async ValueTask<(FlowRun<TOut> Run, bool IsNew)> AcceptAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, RunOptions? options, bool hasHandle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(flow);
        options?.Validate();
        if (RegisteredAgents.MustRead(flow)) await RegisteredAgents.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (options?.Id is { } text && Options.Journal is not null)
        {
            var id = RunId.Parse(text);
            var known = GetRun(id) ?? await FromJournalAsync(id, flow, cancellationToken).ConfigureAwait(false);
            if (known is not null) return (Same(known, flow, input, options.Principal), false);
        }

        return (Accept(flow, input, options, hasHandle, out var isNew), isNew);
    }

    /// <summary>The known run when it is the one that was asked for. Whose it is comes first: nobody learns anything about the run of another.</summary>
    private FlowRun<TOut> Same<TIn, TOut>(FlowRun known, Flow<TIn, TOut> flow, TIn input, Principal principal)
    {
        if (!IsSame(known.Options.Principal, principal)) throw RunIdConflictException.OfPrincipal(known.Id);
        if (known is not FlowRun<TOut> same || known.FlowName != flow.Name || known.Flow.InputType != typeof(TIn)) throw RunIdConflictException.OfFlow(known.Id, known.Flow, flow);
        if (known is FlowRun<TIn, TOut> live && EqualityComparer<TIn>.Default.Equals(live.StartInput, input)) return same;
        var (first, now) = (known.DigestOfInput(), InputDigest.Of(input, Json));
        return first is null || now is null || first == now || first == InputDigest.OfRoundTrip(input, Json) ? same : throw RunIdConflictException.OfInput(known.Id, first, now);
    }

    /// <summary>Scopes are no part of who somebody is: they may have changed between a start and its repetition.</summary>
    private static bool IsSame(Principal one, Principal other) => one.User == other.User && one.Tenant == other.Tenant && one.Project == other.Project;
}
