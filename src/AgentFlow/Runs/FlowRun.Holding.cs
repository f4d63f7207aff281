using System.Diagnostics.CodeAnalysis;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>A durable run that cannot go on for a reason that lies outside of it, and does not end for that.</content>
public abstract partial class FlowRun
{
    private bool _isHeld;

    /// <summary>Whether the run waits for nothing but another recovery.</summary>
    internal bool IsHeld => Volatile.Read(ref _isHeld);

    /// <summary>Whether it goes on from a journal: what it asks for otherwise than recorded may be the fault of what was deployed since.</summary>
    private protected bool IsRestored { get; private set; }

    /// <summary>Suspends the run where its last entries are; false when it has ended, is in memory only, or the process ends.</summary>
    private protected bool TryHold(int generation, FlowNondeterminismException cause, [NotNullWhen(true)] out RunHeldException? held)
    {
        held = null;
        var reason = cause.Message;
        List<OpenWait> open;
        lock (_cancellation)
        {
            if (_store is null || IsTerminal || generation != Generation || _cancelReason is not null || _staysOpen) return false;
            open = [.. (_waits ??= []).Values];
            _waits.Clear();
            StatusReason = reason;
            Append(new RunSuspendedEntry(RootPath, Started.Flow, [], reason));
            _status = RunStatus.Suspended;
            _isHeld = true;
            _isWoken = false;
            UnloadLocked();
        }

        // Nobody withdraws what is open: it is asked again when the run goes on.
        foreach (var wait in open) wait.Close();
        _deadline?.Dispose();
        Events.Complete();
        if ((Features & RunFeatures.Telemetry) != 0) StopSpans(null);
        held = new(new(Id, FlowName, reason), cause);
        SignalSettled();
        Runtime.OnHeld(this, reason);
        return true;
    }

    /// <summary>Whoever awaits the run has been told that it is held: the cancellation says itself when it is durable.</summary>
    private async Task CancelHeldAsync()
    {
        Cancel();
        await FlushAsync().ConfigureAwait(false);
    }
}
