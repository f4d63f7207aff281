using System.Diagnostics;
using System.Text.Json;

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

    /// <summary>Nobody waits any more: the run or the branch ended first, or what was asked has changed.</summary>
    Withdrawn,

    /// <summary>Nobody answered in time. Counts as a refusal.</summary>
    Expired,
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
    public string? By => Actor?.User;

    /// <summary>Who answered, as the host has authenticated them; <see langword="null"/> when the answer did not say, or the deadline decided.</summary>
    public Principal? Actor { get; private init; }

    /// <summary>The digest of what the answer is about; when given, an answer to anything else is refused.</summary>
    public string? Digest { get; internal init; }

    /// <summary>Identifies the answer: giving it again is no second answer.</summary>
    public string? Key { get; internal init; }

    /// <summary>No answer: an operator stood in for the effect that waits.</summary>
    internal bool IsReplacement { get; private init; }

    /// <summary>Whether nobody answered and the deadline decided.</summary>
    public bool IsByDeadline { get; internal init; }

    /// <summary>Everybody who approved, in order, when more than one had to.</summary>
    public IReadOnlyList<string> ApprovedBy { get; internal init; } = [];

    /// <summary>Whether the value may be used: approved as shown or with changes.</summary>
    public bool IsApproved => Outcome is ApprovalOutcome.Approved or ApprovalOutcome.Modified;

    /// <summary>Yes, as shown.</summary>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    public static ApprovalDecision Approve(Principal? by = null, string? reason = null) =>
        new() { Outcome = ApprovalOutcome.Approved, Actor = by, Reason = reason };

    /// <summary>Yes, with a changed value of the request's <see cref="ApprovalRequest.ValueType"/>.</summary>
    /// <param name="value">The value to go on with, or a <see cref="JsonElement"/> that can be read as such. For a tool call: the typed input of a step, or the whole set of arguments as a dictionary, a JSON object or an object with a property for each; held against the tool's schema.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    public static ApprovalDecision Modify(object? value, Principal? by = null, string? reason = null) =>
        new() { Outcome = ApprovalOutcome.Modified, Value = value, Actor = by, Reason = reason };

    /// <summary>No.</summary>
    /// <param name="reason">Why; reaches the flow and the journal. A model whose tool call is rejected sees it only when the tool says so: <see cref="ToolOptions.RequireApproval"/>.</param>
    /// <param name="by">Who answers.</param>
    public static ApprovalDecision Reject(string reason, Principal? by = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Outcome = ApprovalOutcome.Rejected, Reason = reason, Actor = by };
    }

    /// <summary>The answer to a question, of the request's <see cref="ApprovalRequest.AnswerType"/>.</summary>
    /// <param name="value">The answer, or a <see cref="JsonElement"/> that can be read as such.</param>
    /// <param name="by">Who answers.</param>
    public static ApprovalDecision Answer(object? value, Principal? by = null) =>
        new() { Outcome = ApprovalOutcome.Answered, Value = value, Actor = by };

    /// <summary>The same answer, bound to what was shown: it is refused when something else is asked by now.</summary>
    /// <param name="digest">The <see cref="ApprovalRequest.Digest"/> of what was shown.</param>
    public ApprovalDecision About(string digest)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(digest);
        return this with { Digest = digest };
    }

    /// <summary>The same answer with a key: giving it again returns the first result.</summary>
    /// <param name="key">Unique for the answer, for example the id of a form that was sent.</param>
    public ApprovalDecision WithKey(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return this with { Key = key };
    }

    /// <summary>An answer as a store has kept it. Values are of answers and changes only.</summary>
    internal static ApprovalDecision Recorded(ApprovalOutcome outcome, object? value, Principal? actor, string? reason) => new()
    {
        Outcome = outcome,
        Value = outcome is ApprovalOutcome.Modified or ApprovalOutcome.Answered ? value : null,
        Actor = actor,
        Reason = reason,
    };

    /// <summary>What a policy made of an answer is still that answer.</summary>
    internal ApprovalDecision AnsweredAs(ApprovalDecision given) =>
        ReferenceEquals(this, given) ? this : this with { Actor = Actor ?? given.Actor, Key = given.Key, Digest = given.Digest };

    /// <summary>Whether this answer, which counted, is given again.</summary>
    internal bool IsRepeatedBy(ApprovalDecision decision, JsonSerializerOptions options)
    {
        if (Key is not null || decision.Key is not null) return Key == decision.Key;
        return Actor is not null && By == decision.By && Outcome == decision.Outcome
            && (decision.Digest is null || string.Equals(decision.Digest, Digest, StringComparison.OrdinalIgnoreCase))
            && (Equals(Value, decision.Value) || Value is { } value && decision.Value is { } given && (value is JsonElement || given is JsonElement) && JsonElement.DeepEquals(ToJson(value, options), ToJson(given, options)));
    }

    /// <summary>A journal has JSON, and so have hosts that are asked over HTTP.</summary>
    private static JsonElement ToJson(object value, JsonSerializerOptions options) =>
        value as JsonElement? ?? JsonSerializer.SerializeToElement(value, options.GetTypeInfo(value.GetType()));

    internal ApprovalDecision WithValue(object? value) => this with { Value = value };

    internal static ApprovalDecision Withdraw(string reason) =>
        new() { Outcome = ApprovalOutcome.Withdrawn, Reason = reason };

    internal static ApprovalDecision Replace(object? result) => new() { Outcome = ApprovalOutcome.Withdrawn, Value = result, IsReplacement = true };

    internal static ApprovalDecision Expire(string reason) =>
        new() { Outcome = ApprovalOutcome.Expired, Reason = reason, IsByDeadline = true };

    /// <summary>The default of a question that nobody answered in time.</summary>
    internal static ApprovalDecision Default(object? value, string reason) =>
        new() { Outcome = ApprovalOutcome.Answered, Value = value, Reason = reason, IsByDeadline = true };

    /// <inheritdoc/>
    public override string ToString()
    {
        var by = ApprovedBy.Count > 0 ? $" by {string.Join(", ", ApprovedBy)}" : By is null ? "" : $" by {By}";
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

    /// <summary>Until when, who is asked next, and who may not answer. A question has one answer: no quorum.</summary>
    public RequestTerms Terms { get; init; } = RequestTerms.Default;

    internal DefaultOf? Default { get; init; }

    /// <summary>The same question with an answer for the case that nobody gives one before the last deadline.</summary>
    /// <param name="answer">The answer to go on with.</param>
    public Question<TAnswer> OrElse(TAnswer answer) => this with { Default = new(answer) };
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
