using System.Diagnostics;
using System.Globalization;

namespace AgentFlow.Approvals;

/// <summary>Where a request stands.</summary>
public enum RequestState
{
    /// <summary>Anybody who may answer can.</summary>
    Open,

    /// <summary>One person has it: they claimed it, it was delegated to them, or an escalation names them.</summary>
    Claimed,

    /// <summary>It was answered, expired or was withdrawn.</summary>
    Resolved,
}

/// <summary>A request and where it stands: a projection of its entries. Immutable.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record RequestStatus
{
    internal RequestStatus(ApprovalRequest request)
    {
        Request = request;
        Role = request.Role;
        DueAt = request.OpenedAt + request.Terms.Deadline;
    }

    /// <summary>What is asked.</summary>
    public ApprovalRequest Request { get; internal init; }

    /// <summary>Where it stands.</summary>
    public RequestState State => Resolution is not null ? RequestState.Resolved : Assignee is null ? RequestState.Open : RequestState.Claimed;

    /// <summary>The role demanded at the present level; <see langword="null"/> means anybody, or the <see cref="Assignee"/>.</summary>
    public string? Role { get; private init; }

    /// <summary>The one person who has it, or <see langword="null"/>.</summary>
    public string? Assignee { get; private init; }

    /// <summary>How often it was escalated.</summary>
    public int Level { get; private init; }

    /// <summary>When the present level's time ends, or <see langword="null"/>.</summary>
    public DateTimeOffset? DueAt { get; private init; }

    /// <summary>Who has approved, in order, while more must.</summary>
    public IReadOnlyList<string> ApprovedBy { get; private init; } = [];

    /// <summary>How it was resolved, or <see langword="null"/>.</summary>
    public ApprovalDecision? Resolution { get; internal init; }

    /// <summary>Its place in a listing, for <see cref="RequestQuery.After"/>.</summary>
    public string Cursor => CursorOf(Request.OpenedAt, Request.Id);

    internal static string CursorOf(DateTimeOffset openedAt, string id) => string.Create(CultureInfo.InvariantCulture, $"{openedAt.UtcTicks:x16}:{id}");

    /// <summary>The one person whom the present level names, or null.</summary>
    internal string? LevelPerson => Level == 0 ? null : Request.Terms.Escalation[Level - 1].Person;

    internal bool HasNextLevel => Level < Request.Terms.Escalation.Count;

    internal RequestStatus After(RequestChange change) => change.Kind switch
    {
        RequestChangeKind.Claimed => this with { Assignee = change.By!.User },
        RequestChangeKind.Released => this with { Assignee = LevelPerson },
        RequestChangeKind.Delegated => this with { Assignee = change.To },
        RequestChangeKind.Approved => this with { Assignee = LevelPerson, ApprovedBy = [.. ApprovedBy, change.By!.User] },
        RequestChangeKind.Escalated when HasNextLevel => Raised(Request.Terms.Escalation[Level], change.Time),
        _ => this,
    };

    private RequestStatus Raised(Escalation to, DateTimeOffset time) =>
        this with { Level = Level + 1, Role = to.Role, Assignee = to.Person, DueAt = time + Request.Terms.Deadline };

    /// <inheritdoc/>
    public override string ToString() => $"{Request.Name}: {State}{(Assignee is null ? "" : $" by {Assignee}")} ({Request.Id})";
}
