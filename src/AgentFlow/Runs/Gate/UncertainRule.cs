using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>Who says what became of an irreversible effect that was cut off.</summary>
internal sealed record UncertainRule(string? Role, RequestTerms Terms)
{
    /// <exception cref="InvalidOptionException">More than one person is to answer, or another term is out of its range.</exception>
    public static UncertainRule Create(string? role, RequestTerms? terms, string option)
    {
        if (role is not null) ArgumentException.ThrowIfNullOrWhiteSpace(role);
        terms ??= RequestTerms.Default;
        terms.Validate();
        return terms.Quorum == 1 ? new(role, terms) : throw new InvalidOptionException($"{option}.{nameof(RequestTerms.Quorum)}", terms.Quorum, "Use 1: what became of an effect has one answer.");
    }
}
