using AgentFlow;
using AgentFlow.Approvals;
using AgentFlow.Policies;

namespace InsuranceClaims;

/// <summary>The runtime with the claims flow, and the runs of one call of the program.</summary>
internal sealed class ClaimsHost : IAsyncDisposable
{
    private const int ModelCallsAtOnce = 8;
    private readonly FlowRuntime _runtime;

    public ClaimsHost(PolicyBook policies, ModelChoice model, IApprover? approver, TimeProvider? clock = null)
    {
        var options = new FlowRuntimeOptions { SerializerOptions = ClaimsJson.Options, Approver = approver, Time = clock ?? TimeProvider.System };
        options.Models.Add(model.Name, model.Client, model.Price);
        options.Scheduler.AddLane(ModelAccess.Lane, ModelCallsAtOnce);
        _runtime = new FlowRuntime(options);
        Flow = ClaimsFlow.Create(policies);
    }

    public Flow<ClaimFile, ClosedClaim> Flow { get; }

    public RequestInbox Requests => _runtime.Requests;

    /// <summary>Starts the flow for a file. What the file says is marked as coming from outside, and stays so in everything made of it.</summary>
    public ValueTask<FlowRun<ClosedClaim>> StartAsync(ClaimFile file, CancellationToken cancellationToken) =>
        _runtime.StartAsync(Flow, file, new RunOptions { Id = file.Id, InputLabel = Label.Untrusted("post") }, cancellationToken);

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();
}
