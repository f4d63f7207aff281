using AgentFlow.Approvals;

namespace ApprovalDesk;

/// <summary>A request as people see it. An answer carries the digest back, and counts for nothing but this.</summary>
internal sealed record RequestView(
    string Id, string Href, string State, string Kind, string Prompt, object? Shows, string Digest, string? Role, string? With, DateTimeOffset OpenedAt, DateTimeOffset? DueAt, string? Resolution)
{
    public static RequestView Of(RequestStatus status) => new(
        status.Request.Id,
        "/requests/" + string.Join('/', status.Request.Id.Split('/').Select(Uri.EscapeDataString)),
        status.State.ToString(),
        status.Request.Kind.ToString(),
        status.Request.Prompt,
        status.Request.Value,
        status.Request.Digest,
        status.Role,
        status.Assignee,
        status.Request.OpenedAt,
        status.DueAt,
        status.Resolution?.ToString());
}

/// <summary>What became of an answer.</summary>
/// <param name="IsRepeated">It had been given before, and counted once.</param>
internal sealed record Answered(RequestView Request, bool IsRepeated)
{
    public static Answered Of(AnswerReceipt receipt) => new(RequestView.Of(receipt.Status), receipt.IsRepeated);
}
