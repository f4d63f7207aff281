namespace AgentFlow.Approvals;

/// <summary>What became of an answer. It is durable.</summary>
/// <param name="Status">Where the request stands now. Without a resolution, more people must approve.</param>
/// <param name="IsRepeated">Whether the same answer had been given before; it counted once.</param>
public sealed record AnswerReceipt(RequestStatus Status, bool IsRepeated)
{
    /// <summary>Whether the request is resolved.</summary>
    public bool IsResolved => Status.Resolution is not null;
}
