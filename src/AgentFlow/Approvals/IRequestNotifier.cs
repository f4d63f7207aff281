namespace AgentFlow.Approvals;

/// <summary>
/// Tells people, or other systems, what happens to requests: mail, chat, a queue. Told once what is durable, request by request in
/// order, away from the run; after a restart every request that is still open is told again as opened.
/// </summary>
/// <remarks>
/// Called concurrently for different requests: implementations are thread-safe. What they throw is logged and counted in
/// <see cref="RequestInbox.FailedNotifications"/> and harms nothing. A process that ends may not have told its last news.
/// </remarks>
public interface IRequestNotifier
{
    /// <summary>Somebody is asked, or still is after a restart.</summary>
    /// <param name="request">What is asked and who may answer.</param>
    /// <param name="cancellationToken">Cancelled when the runtime is disposed.</param>
    ValueTask OpenedAsync(RequestStatus request, CancellationToken cancellationToken);

    /// <summary>The request was claimed, released, delegated, escalated, or approved by one of several.</summary>
    /// <param name="request">Where it stands now.</param>
    /// <param name="change">What happened.</param>
    /// <param name="cancellationToken">Cancelled when the runtime is disposed.</param>
    ValueTask ChangedAsync(RequestStatus request, RequestChange change, CancellationToken cancellationToken);

    /// <summary>The request was answered, expired or was withdrawn.</summary>
    /// <param name="request">Where it stands now, with its <see cref="RequestStatus.Resolution"/>.</param>
    /// <param name="cancellationToken">Cancelled when the runtime is disposed.</param>
    ValueTask ResolvedAsync(RequestStatus request, CancellationToken cancellationToken);
}
