using System.Diagnostics;

namespace AgentFlow.Approvals;

/// <summary>How a request was resolved.</summary>
public enum ApprovalOutcome
{
    /// <summary>Yes, as shown.</summary>
    Approved,

    /// <summary>Yes, with a changed value.</summary>
    Modified,

    /// <summary>No.</summary>
    Rejected,

    /// <summary>A question was answered.</summary>
    Answered,

    /// <summary>Nobody waits any more: the run or the branch ended first.</summary>
    Withdrawn,
}

/// <summary>The answer to a request. Immutable.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record ApprovalDecision
{
    private ApprovalDecision()
    {
    }

    /// <summary>How it was resolved.</summary>
    public ApprovalOutcome Outcome { get; private init; }

    /// <summary>The changed value or the answer.</summary>
    public object? Value { get; private init; }

    /// <summary>Why.</summary>
    public string? Reason { get; private init; }

    /// <summary>Who answered, in the host's terms.</summary>
    public string? By { get; private init; }

    /// <summary>Whether the value may be used: approved as shown or with changes.</summary>
    public bool IsApproved => Outcome is ApprovalOutcome.Approved or ApprovalOutcome.Modified;

    /// <summary>Yes, as shown.</summary>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    public static ApprovalDecision Approve(string? by = null, string? reason = null) =>
        new() { Outcome = ApprovalOutcome.Approved, By = by, Reason = reason };

    /// <summary>Yes, with a changed value of the request's <see cref="ApprovalRequest.ValueType"/>.</summary>
    /// <param name="value">The value to go on with. For a tool call: the typed input of a step, or the whole set of arguments as a dictionary, a JSON object or an object with a property for each; held against the tool's schema.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    public static ApprovalDecision Modify(object? value, string? by = null, string? reason = null) =>
        new() { Outcome = ApprovalOutcome.Modified, Value = value, By = by, Reason = reason };

    /// <summary>No.</summary>
    /// <param name="reason">Why; reaches the flow and the journal. A model whose tool call is rejected sees it only when the tool says so: <see cref="ToolOptions.RequireApproval"/>.</param>
    /// <param name="by">Who answers.</param>
    public static ApprovalDecision Reject(string reason, string? by = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Outcome = ApprovalOutcome.Rejected, Reason = reason, By = by };
    }

    /// <summary>The answer to a question, of the request's <see cref="ApprovalRequest.AnswerType"/>.</summary>
    /// <param name="value">The answer.</param>
    /// <param name="by">Who answers.</param>
    public static ApprovalDecision Answer(object? value, string? by = null) =>
        new() { Outcome = ApprovalOutcome.Answered, Value = value, By = by };

    internal ApprovalDecision WithValue(object? value) => this with { Value = value };

    internal static ApprovalDecision Withdraw(string reason) =>
        new() { Outcome = ApprovalOutcome.Withdrawn, Reason = reason };

    /// <inheritdoc/>
    public override string ToString()
    {
        var by = By is null ? "" : $" by {By}";
        return Reason is null ? $"{Outcome}{by}" : $"{Outcome}{by}: {Reason}";
    }
}

/// <summary>A question for <see cref="FlowContext.AskAsync{TAnswer}"/>.</summary>
/// <typeparam name="TAnswer">The type of the answer.</typeparam>
/// <param name="Prompt">What is asked, in words.</param>
public sealed record Question<TAnswer>(string Prompt)
{
    /// <summary>What the one who answers should see.</summary>
    public object? Context { get; init; }

    /// <summary>The answers offered, when it is a choice. An answer outside is refused.</summary>
    public IReadOnlyList<TAnswer> Choices { get; init; } = [];

    /// <summary>Who may answer, in the host's terms; <see langword="null"/> means anybody.</summary>
    public string? Role { get; init; }
}

/// <summary>
/// Answers requests without a human, or routes them: asked once for every request when it opens.
/// </summary>
public interface IApprover
{
    /// <summary>Decides, or leaves the request open by returning <see langword="null"/>.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Cancelled when the request is withdrawn or the runtime shuts down.</param>
    ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken);
}
