namespace AgentFlow;

/// <summary>Something was not started because its scope is cancelled. Never repeated, never a failure.</summary>
internal sealed class ScopeCancelledException(CancellationToken cancellationToken) : OperationCanceledException(cancellationToken);
