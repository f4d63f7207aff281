namespace AgentFlow.Approvals;

/// <summary>Asks the host's approver once, away from the flow's thread.</summary>
internal sealed class ApproverCall(RequestInbox inbox, IApprover approver, OpenRequest open) : IThreadPoolWorkItem
{
    public void Execute() => _ = DecideAsync();

    private async Task DecideAsync()
    {
        try
        {
            var decision = await approver.DecideAsync(open.Request, open.Closed).ConfigureAwait(false);
            if (decision is not null) await inbox.ResolveAsync(open.Request.Id, decision).ConfigureAwait(false);
        }
        catch (RequestNotOpenException)
        {
            // Somebody else was faster, or the run has ended: the request is resolved either way.
        }
        catch (Exception exception)
        {
            open.Run.NoteApproverFailure(open, exception);
        }
    }
}
