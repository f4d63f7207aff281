namespace AgentFlow.Scheduling;

/// <summary>An accepted run: it executes already, or has a place in the queue. Whoever holds one awaits it exactly once.</summary>
internal readonly struct RunTicket(AdmissionWaiter? waiter)
{
    /// <summary>Completes when the run may execute; <see cref="RunAdmission.Exit"/> is owed then. Canceled, nothing is owed.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => waiter?.WaitAsync(cancellationToken) ?? default;
}
