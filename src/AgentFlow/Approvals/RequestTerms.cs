using System.Diagnostics;

namespace AgentFlow.Approvals;

/// <summary>
/// The rules under which a request is answered: how many people, who not, until when, and what happens then. Immutable data.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record RequestTerms
{
    internal static readonly RequestTerms Default = new();

    /// <summary>
    /// How many different people must approve, at least 1. The first rejection rejects; a changed value is refused when more than
    /// one must approve, because the others have seen another one. Approvals given before an escalation keep counting.
    /// </summary>
    public int Quorum { get; init; } = 1;

    /// <summary>
    /// Whether the user on whose behalf the run acts may not approve or answer. They may reject. A run without a principal has an
    /// unknown author, and nobody may approve it.
    /// </summary>
    public bool NotByAuthor { get; init; }

    /// <summary>How long each level has, more than zero and at most 3650 days; without one, a request waits for ever.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>
    /// Who is asked next, level by level, when the deadline passes or somebody escalates. After the last level's deadline an
    /// approval is refused, a question gets its default or fails.
    /// </summary>
    public IReadOnlyList<Escalation> Escalation { get; init; } = [];

    internal void Validate()
    {
        if (Quorum is < 1 or > 100) throw new InvalidOptionException($"{nameof(RequestTerms)}.{nameof(Quorum)}", Quorum, "Use 1 to 100.");
        if (Deadline is { } deadline && (deadline <= TimeSpan.Zero || deadline > TimeSpan.FromDays(3650)))
        {
            throw new InvalidOptionException($"{nameof(RequestTerms)}.{nameof(Deadline)}", deadline, "Use more than zero and at most 3650 days, or leave it null to wait for ever.");
        }

        if (Escalation is null || Escalation.Contains(null!)) throw new InvalidOptionException($"{nameof(RequestTerms)}.{nameof(Escalation)}", null, "Name a role or a person for each level.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", new[]
    {
        Quorum > 1 ? $"quorum={Quorum}" : null,
        NotByAuthor ? "not-by-author" : null,
        Deadline is { } deadline ? $"deadline={deadline:c}" : null,
        Escalation.Count > 0 ? $"escalation={string.Join(">", Escalation)}" : null,
    }.Where(part => part is not null));
}

/// <summary>Who answers at a level of an escalation: everybody with a role, or one person. Immutable.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record Escalation
{
    private Escalation()
    {
    }

    /// <summary>The role demanded at this level, or <see langword="null"/>.</summary>
    public string? Role { get; private init; }

    /// <summary>The one person who may answer at this level, or <see langword="null"/>.</summary>
    public string? Person { get; private init; }

    /// <summary>Everybody with a role.</summary>
    /// <param name="role">In the host's terms.</param>
    public static Escalation ToRole(string role)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        return new() { Role = role };
    }

    /// <summary>One person, whatever their roles.</summary>
    /// <param name="user">The person's id in the host's terms, as in <see cref="Principal.User"/>.</param>
    public static Escalation ToPerson(string user)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(user);
        return new() { Person = user };
    }

    /// <inheritdoc/>
    public override string ToString() => Role is null ? $"person:{Person}" : $"role:{Role}";

    internal static Escalation Parse(string text) => text.StartsWith("role:", StringComparison.Ordinal) ? ToRole(text[5..]) : ToPerson(text[7..]);
}
