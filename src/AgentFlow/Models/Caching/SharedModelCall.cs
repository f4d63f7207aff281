using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>A model call whose response may be another call's.</summary>
internal sealed class SharedModelCall(ModelRequest request, ModelCacheRule rule, FlowRun run, Action<ChatResponse> onShared) : ISharedEffect<ChatResponse>
{
    public async ValueTask<ChatResponse> GetAsync(Func<ValueTask<ChatResponse>> attempt, CancellationToken cancellationToken)
    {
        var call = request.Call;
        var key = ModelCacheKey.Of(request, call.Current, run.Options.Principal, rule.Scope, run.Runtime.Json);
        if (key is null) return await attempt().ConfigureAwait(false);
        var (response, isShared) = await run.Runtime.Sharing!.GetAsync(key, rule.Lifetime, attempt, IsKept, cancellationToken).ConfigureAwait(false);
        if (!isShared) return response;
        call.IsCached = true;
        onShared(response);
        return response;
    }

    /// <summary>Whole answers of the very model that was asked for.</summary>
    private bool IsKept(ChatResponse response) => !request.Call.StandsIn
        && (response.FinishReason is not { } reason || reason == ChatFinishReason.Stop || reason == ChatFinishReason.ToolCalls);
}
