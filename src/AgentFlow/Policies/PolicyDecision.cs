using System.Diagnostics;
using AgentFlow.Approvals;

namespace AgentFlow.Policies;

/// <summary>How a policy decides.</summary>
public enum PolicyEffect
{
    /// <summary>Go on.</summary>
    Allow,

    /// <summary>Go on with another value.</summary>
    Replace,

    /// <summary>Go on once a human has approved.</summary>
    RequireApproval,

    /// <summary>Do not.</summary>
    Deny,
}

/// <summary>A policy's answer, with what must be done along with it and what the policy wants to remember. Immutable.</summary>
[DebuggerDisplay("{Effect} {Reason}")]
public sealed record PolicyDecision
{
    /// <summary>Allows, with nothing to remember. Shared.</summary>
    public static readonly PolicyDecision Allow = new() { Effect = PolicyEffect.Allow };

    private PolicyDecision()
    {
    }

    /// <summary>The decision.</summary>
    public PolicyEffect Effect { get; private init; }

    /// <summary>Why, for people and for the journal.</summary>
    public string? Reason { get; private init; }

    /// <summary>The value to go on with, for <see cref="PolicyEffect.Replace"/>.</summary>
    public object? Replacement { get; private init; }

    /// <summary>Who may approve, for <see cref="PolicyEffect.RequireApproval"/>; <see langword="null"/> means anybody.</summary>
    public string? Role { get; private init; }

    /// <summary>How many people, who not, until when, for <see cref="PolicyEffect.RequireApproval"/>.</summary>
    public RequestTerms Terms { get; private init; } = RequestTerms.Default;

    /// <summary>What must be done along with it. One that cannot be discharged turns the decision into a denial.</summary>
    public IReadOnlyList<Obligation> Obligations { get; private init; } = [];

    /// <summary>What this policy finds again in <see cref="PolicyRequest.State"/> in the later phases of the same operation.</summary>
    public object? State { get; private init; }

    /// <summary>Refuses.</summary>
    /// <param name="reason">Why. Reaches the flow, the journal and, when the call of a tool is refused, the model: write no secrets.</param>
    public static PolicyDecision Deny(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Effect = PolicyEffect.Deny, Reason = reason };
    }

    /// <summary>Goes on with another value of the same type.</summary>
    /// <param name="value">For a tool call: the typed input of a step, or the whole set of arguments as a dictionary, a JSON object or an object with a property for each. What does not fit the tool's schema denies the call.</param>
    /// <param name="reason">Why.</param>
    public static PolicyDecision Replace(object? value, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Effect = PolicyEffect.Replace, Replacement = value, Reason = reason };
    }

    /// <summary>Demands a human's approval of the very value that is shown to the policy.</summary>
    /// <param name="reason">Why; shown to the human.</param>
    /// <param name="role">Who may approve, in the host's terms; anybody when not given.</param>
    /// <param name="terms">How many people, who not, until when; one person and for ever when not given.</param>
    public static PolicyDecision RequireApproval(string reason, string? role = null, RequestTerms? terms = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Effect = PolicyEffect.RequireApproval, Reason = reason, Role = role, Terms = terms ?? RequestTerms.Default };
    }

    /// <summary>The same decision with one more obligation.</summary>
    /// <param name="obligation">What must be done along with it.</param>
    public PolicyDecision With(Obligation obligation)
    {
        ArgumentNullException.ThrowIfNull(obligation);
        return this with { Obligations = [.. Obligations, obligation] };
    }

    /// <summary>The same decision with something to remember until the later phases of the operation (reserve, then settle).</summary>
    /// <param name="state">Anything; kept in memory only.</param>
    public PolicyDecision WithState(object? state) => this with { State = state };
}

/// <summary>Something that must be done along with a decision. Derive from it for duties of your own and register an
/// <see cref="IObligationHandler"/> for them.</summary>
/// <param name="Name">What handlers recognise it by.</param>
public record Obligation(string Name)
{
    /// <summary>The result's label is at least this.</summary>
    /// <param name="label">Joined with the result's label.</param>
    public static Obligation RaiseLabel(Label label) => new RaiseLabelObligation(label);

    /// <summary>A model call may yield at most so many tokens. Only a model call can discharge it.</summary>
    /// <param name="tokens">At least 1.</param>
    public static Obligation LimitOutputTokens(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        return new LimitOutputTokensObligation(tokens);
    }
}

internal sealed record RaiseLabelObligation(Label Label) : Obligation("raise-label");

internal sealed record LimitOutputTokensObligation(int Tokens) : Obligation("limit-output-tokens");

/// <summary>Discharges obligations of the host's own.</summary>
public interface IObligationHandler
{
    /// <summary>Whether the handler knows this obligation.</summary>
    /// <param name="obligation">The duty.</param>
    bool CanDischarge(Obligation obligation);

    /// <summary>Does what the obligation says, before the operation goes on. Throwing denies the operation.</summary>
    /// <param name="obligation">The duty.</param>
    /// <param name="request">The question it came from.</param>
    /// <param name="cancellationToken">Cancelled with the run.</param>
    ValueTask DischargeAsync(Obligation obligation, PolicyRequest request, CancellationToken cancellationToken);
}
