using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace AgentFlow;

/// <summary>How one run is started. Read once, when the run is accepted.</summary>
public sealed record RunOptions
{
    internal static readonly RunOptions Default = new();

    /// <summary>
    /// The id or idempotency key of the run: starting the same flow with the same input for the same user, project and tenant again
    /// returns the run that exists; anything else under the id is a <see cref="RunIdConflictException"/>. A new id is made when none is given.
    /// </summary>
    /// <remarks>
    /// Inputs are the same when they are equal or have the same JSON, whatever the order of properties; of a run that has ended only the
    /// JSON's digest is known. An input that cannot be written as JSON is not compared: it counts as the same.
    /// </remarks>
    public string? Id { get; init; }

    /// <summary>On whose behalf the run acts.</summary>
    public Principal Principal { get; init; } = Principal.Anonymous;

    /// <summary>Names and values of the host's choice, for policies, queries and telemetry.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>
    /// The session that the run continues: agents built with <c>InSession()</c> see what was said in the earlier runs of it. It belongs to
    /// the user and tenant of the <see cref="Principal"/> that began it; 1 to 200 characters.
    /// </summary>
    public string? SessionId { get; init; }

    /// <summary>How long the run may take from its start, more than zero; then it fails with <c>DeadlineExceeded</c>.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>How many effects the run may execute, at least 1; the next one fails with <c>EffectLimitExceeded</c>.</summary>
    public int? MaxEffects { get; init; }

    /// <summary>How the run competes for slots with others.</summary>
    public RunPriority Priority { get; init; } = RunPriority.Normal;

    /// <summary>Integrity, audience and provenance of the input; what the run makes of it inherits them.</summary>
    public Label? InputLabel { get; init; }

    /// <summary>The options as they are now: what the host does with its collections afterwards changes nothing.</summary>
    internal RunOptions Snapshot() => Tags is FrozenDictionary<string, string> && Principal is { Scopes: FrozenSet<string>, Roles: FrozenSet<string> }
        ? this
        : this with { Tags = Tags.ToFrozenDictionary(StringComparer.Ordinal), Principal = Principal with { Scopes = Frozen(Principal.Scopes), Roles = Frozen(Principal.Roles) } };

    private static FrozenSet<string> Frozen(IReadOnlySet<string> names) => names.ToFrozenSet(StringComparer.Ordinal);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Principal);
        ArgumentNullException.ThrowIfNull(Principal.User);
        ArgumentNullException.ThrowIfNull(Principal.Scopes);
        ArgumentNullException.ThrowIfNull(Principal.Roles);
        ArgumentNullException.ThrowIfNull(Tags);
        if (Id is not null && string.IsNullOrWhiteSpace(Id))
        {
            throw new ArgumentException($"RunOptions.Id is '{Id}'. Give the run an id of 1 to 200 characters, or leave it null for a new one.", nameof(Id));
        }

        if (SessionId is not null && (string.IsNullOrWhiteSpace(SessionId) || SessionId.Length > 200))
        {
            throw new ArgumentException($"RunOptions.SessionId is '{SessionId}'. Give the session an id of 1 to 200 characters, or leave it null.", nameof(SessionId));
        }

        if (Id is not null && Id.StartsWith(ScheduleRecord.Prefix, StringComparison.Ordinal))
        {
            throw new ArgumentException($"RunOptions.Id is '{Id}'. Ids that begin with '{ScheduleRecord.Prefix}' are the records of schedules; use another.", nameof(Id));
        }

        if (Deadline is { } deadline && deadline <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(Deadline), deadline, "RunOptions.Deadline is the time the run may take and must be more than zero.");
        }

        if (Deadline > TimeSpan.FromDays(3650))
        {
            throw new ArgumentOutOfRangeException(nameof(Deadline), Deadline, "RunOptions.Deadline is at most 3650 days; leave it null for no limit.");
        }

        OptionRange.Defined(Priority, nameof(Priority));
        if (MaxEffects is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxEffects), MaxEffects, "RunOptions.MaxEffects must be at least 1; leave it null for no limit.");
        }
    }
}

/// <summary>On whose behalf a run acts. Trusted: set by the host, never by content.</summary>
/// <param name="User">The user's id in the host's terms.</param>
[DebuggerDisplay("{User} {Tenant}")]
public sealed record Principal(string User)
{
    /// <summary>Nobody in particular.</summary>
    public static readonly Principal Anonymous = new("anonymous");

    /// <summary>The tenant, if the host has several.</summary>
    public string? Tenant { get; init; }

    /// <summary>The project, if the host has several.</summary>
    public string? Project { get; init; }

    /// <summary>What the principal may do, in the host's terms.</summary>
    public IReadOnlySet<string> Scopes { get; init; } = FrozenSet<string>.Empty;

    /// <summary>What the principal is, in the host's terms: requests that demand a role are answered by somebody who has it.</summary>
    public IReadOnlySet<string> Roles { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Somebody known by name only, without any role: <c>by: "ada"</c>.</summary>
    /// <param name="user">The user's id; null is nobody.</param>
    [return: NotNullIfNotNull(nameof(user))]
    public static implicit operator Principal?(string? user) => user is null ? null : new(user);
}

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Accepted, waiting for a place among the runs that may execute.</summary>
    Queued,

    /// <summary>Executing.</summary>
    Running,

    /// <summary>Every live branch waits for a human or a date.</summary>
    Suspended,

    /// <summary>Ended with a result.</summary>
    Completed,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended because it was cancelled.</summary>
    Cancelled,
}
