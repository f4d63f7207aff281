using AgentFlow.Approvals;

namespace AgentFlow;

/// <content>A host's approver that fails: the request stays open for others, and says why nobody has answered it.</content>
public abstract partial class FlowRun
{
    internal void NoteApproverFailure(OpenRequest open, Exception exception)
    {
        if (exception is OperationCanceledException && open.Closed.IsCancellationRequested) return;
        RunLog.ApproverThrew(Runtime.Logger, open.Request.Id, exception);
        var failure = $"{EffectOutcome.TypeOf(exception)}: {EffectOutcome.MessageOf(exception)}";
        ApprovalRequest request;
        lock (_cancellation)
        {
            // A re-executed flow has opened the same request anew.
            if (_waits?.GetValueOrDefault(open.Path) is not OpenRequest current) return;
            request = current.Request = current.Request with { ApproverFailure = failure };
            if (_status == RunStatus.Suspended) StatusReason = DescribeWaits();
        }

        if (Events.IsEnabled) Events.Publish(new ApproverFailed(request, failure));
    }

    /// <summary>What the run waits for. Under the lock.</summary>
    private string DescribeWaits() => $"waits for {string.Join(", ", _waits!.Values.Where(wait => wait.HoldsBranch).Take(3).Select(Describe))}";

    private static string Describe(OpenWait wait) =>
        wait is OpenRequest { Request.ApproverFailure: { } failure } ? $"{wait.Path} (the approver failed with {failure})" : $"{wait.Path}";
}
