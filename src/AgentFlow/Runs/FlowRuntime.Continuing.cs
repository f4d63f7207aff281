using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Runs that continue one another.</content>
public sealed partial class FlowRuntime
{
    /// <summary>
    /// The run that continues another one: accepted and durable, but not executing. When a process has begun it before and was stopped
    /// before it could say so, that one.
    /// </summary>
    internal async ValueTask<(FlowRun<TOut> Run, bool IsNew)> SucceedAsync<TIn, TOut>(FlowRun<TIn, TOut> run, TIn input, Succession succession)
    {
        if (Options.Journal is not null && await GetRunAsync(succession.Id).ConfigureAwait(false) is { } known)
        {
            return known is FlowRun<TOut> same && known.Succession == succession ? (same, false) : throw RunIdConflictException.OfFlow(known.Id, known.Flow, run.Flow);
        }

        if (_runs.TryGetValue(succession.Id, out var other)) throw RunIdConflictException.OfFlow(other.Id, other.Flow, run.Flow);
        if (RegisteredAgents.MustRead(run.Flow)) await RegisteredAgents.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var agents = RegisteredAgents.PinAll(run.Flow, succession.Id);
        var successor = AddUnlessStopping(new FlowRun<TIn, TOut>(this, succession.Id, (Flow<TIn, TOut>)run.Flow, input, run.Options, run.Events.IsEnabled, succession, agents: agents));
        try
        {
            await KeepAsync(successor).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _runs.TryRemove(successor.Id, out _);
            successor.Refuse(exception);
            throw;
        }

        successor.MarkQueued();
        return (successor, true);
    }

    /// <summary>Executes a run that was accepted before, when it has a place.</summary>
    internal async Task BeginAcceptedAsync(FlowRun run)
    {
        if (!Admission.IsUnlimited)
        {
            await Admission.EnterAsync(run.Options.Priority, mustAccept: true, CancellationToken.None).ConfigureAwait(false);
            run.TakePlace();
            if (run.IsTerminal && run.LeavePlace()) Admission.Exit();
        }

        Dispatch(run);
    }
}
