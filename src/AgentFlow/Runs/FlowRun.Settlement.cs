using AgentFlow.Policies;

namespace AgentFlow;

/// <content>What the policies that judged the start and the resumptions of the run are owed when it ends, however it ends.</content>
public abstract partial class FlowRun
{
    private List<PolicyCall>? _unsettled;

    private protected void OweSettlement(PolicyCall call)
    {
        lock (_cancellation) (_unsettled ??= []).Add(call);
    }

    private protected async ValueTask SettleAsync(object? result, string? errorType)
    {
        List<PolicyCall>? owed;
        lock (_cancellation)
        {
            owed = _unsettled;
            _unsettled = null;
        }

        if (owed is null) return;
        foreach (var call in owed) await call.SettleAsync(result, null, errorType).ConfigureAwait(false);
    }
}
