using System.Diagnostics;

namespace AgentFlow;

/// <summary>One value out of several results for the same thing.</summary>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="Value">The value to go on with.</param>
/// <param name="Reason">Why this one: who agreed, which rule broke a tie, what the judge said.</param>
/// <param name="Losers">The results that differ from it, each with the reason why it lost.</param>
[DebuggerDisplay("{Value}: {Reason,nq}")]
public sealed record Reconciled<T>(T Value, string Reason, IReadOnlyList<LosingResult<T>> Losers)
{
    /// <summary>How far the results agree, field by field; empty where whole results were compared.</summary>
    public IReadOnlyList<FieldAgreement> Fields { get; init; } = [];

    /// <summary>The participants that have no result.</summary>
    public IReadOnlyList<FailedParticipant> Failures { get; init; } = [];
}

/// <summary>A result that did not prevail.</summary>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="From">Whose it is: the participant's name, or its number in a list.</param>
/// <param name="Value">The result.</param>
/// <param name="Reason">Why it lost.</param>
public sealed record LosingResult<T>(string From, T Value, string Reason);

/// <summary>A participant that failed.</summary>
/// <param name="From">The participant's name, or its number in a list.</param>
/// <param name="ErrorType">The full name of the failure's type, or a name of the engine's such as <c>Timeout</c>.</param>
/// <param name="Message">The failure's message.</param>
public sealed record FailedParticipant(string From, string ErrorType, string Message);

/// <summary>How far results agree about one field.</summary>
/// <param name="Field">The field.</param>
/// <param name="Agreeing">How many results have the value that prevailed; of a disputed field, the most that have the same one.</param>
/// <param name="Results">How many results there are.</param>
/// <param name="IsDisputed">Whether no value prevailed by itself.</param>
public sealed record FieldAgreement(string Field, int Agreeing, int Results, bool IsDisputed);

/// <summary>One of several results for the same thing.</summary>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="From">Whose it is: the participant's name, or its number in a list.</param>
/// <param name="Value">The result.</param>
public sealed record Candidate<T>(string From, T Value);

/// <summary>Results that do not agree: what a judge or a human is shown.</summary>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="Candidates">The results. A judge names one by its number, from 1.</param>
/// <param name="Fields">The fields that are disputed; empty when whole results are compared.</param>
public sealed record Dispute<T>(IReadOnlyList<Candidate<T>> Candidates, IReadOnlyList<string> Fields);

/// <summary>What a judge says about a dispute.</summary>
/// <param name="Candidate">The number of the candidate that is right, from 1; anything else leaves the dispute open.</param>
/// <param name="Reason">Why.</param>
public sealed record Ruling(int Candidate, string Reason);
