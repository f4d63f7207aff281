using System.Diagnostics;

namespace AgentFlow;

/// <summary>What a supervisor does in a turn: it delegates, or it finishes. Immutable.</summary>
/// <typeparam name="TTask">What workers take.</typeparam>
/// <typeparam name="TOut">What the supervision yields.</typeparam>
/// <param name="Reason">Why, for people who read the journal.</param>
/// <param name="Delegations">What is delegated, all at once; empty or <see langword="null"/> when the supervisor finishes.</param>
/// <param name="Finish">The result; <see langword="null"/> while there is none.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record SupervisorMove<TTask, TOut>(string Reason, IReadOnlyList<Delegation<TTask>>? Delegations, SupervisorResult<TOut>? Finish)
{
    /// <summary>A move that delegates.</summary>
    /// <param name="delegations">What is delegated.</param>
    public static implicit operator SupervisorMove<TTask, TOut>(Delegations<TTask> delegations)
    {
        ArgumentNullException.ThrowIfNull(delegations);
        return new("", delegations.All, null);
    }

    /// <inheritdoc/>
    public override string ToString() => Finish is { } finish ? $"finish: {finish.Result}" : $"delegate to {string.Join(", ", (Delegations ?? []).Select(delegation => delegation?.Worker))}";
}

/// <summary>The result of a supervision.</summary>
/// <typeparam name="TOut">Its type.</typeparam>
/// <param name="Result">The result itself.</param>
public sealed record SupervisorResult<TOut>(TOut Result);

/// <summary>Tasks that are delegated in one turn. Immutable.</summary>
/// <typeparam name="TTask">What workers take.</typeparam>
[DebuggerDisplay("{All.Count} delegations")]
public sealed class Delegations<TTask>
{
    internal Delegations(IReadOnlyList<Delegation<TTask>> all) => All = all;

    /// <summary>The delegations, in order.</summary>
    public IReadOnlyList<Delegation<TTask>> All { get; }

    /// <summary>Delegates another task in the same turn.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="task">What it is to do.</param>
    /// <param name="reason">Why, for people who read the journal.</param>
    public Delegations<TTask> And(string worker, TTask task, string reason = "") => new([.. All, new(worker, task, reason)]);
}

/// <summary>One turn of a supervision, as it is recorded: the supervisor's move and what the verb made of it.</summary>
/// <typeparam name="TTask">What workers take.</typeparam>
/// <typeparam name="TOut">What the supervision yields.</typeparam>
/// <param name="Move">The supervisor's move.</param>
/// <param name="Accepted">Which of its delegations are carried out, from 0.</param>
/// <param name="Idle">Who was delegated to in vain when nothing at all is carried out; otherwise empty.</param>
/// <param name="Notices">Why the others are not; what the supervisor is told.</param>
/// <param name="Cycle">Who comes again and again when the supervision goes round in a circle; otherwise <see langword="null"/>.</param>
/// <param name="Repetitions">How many times, then.</param>
public sealed record SupervisorTurn<TTask, TOut>(
    SupervisorMove<TTask, TOut> Move, IReadOnlyList<int> Accepted, IReadOnlyList<string> Idle, IReadOnlyList<string> Notices, IReadOnlyList<string>? Cycle = null, int Repetitions = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Notices.Count == 0 ? $"{Move}" : $"{Move}; {string.Join(" ", Notices)}";

    /// <summary>Why, for people: the supervisor's words for its move and for each delegation, and what was not done.</summary>
    internal string Reason() => string.Join("; ", new[] { Move.Reason ?? "" }
        .Concat((Move.Delegations ?? []).Where(delegation => !string.IsNullOrWhiteSpace(delegation?.Reason)).Take(8).Select(delegation => $"{delegation.Worker}: {delegation.Reason}"))
        .Concat(Notices)
        .Where(text => text.Length > 0));
}
