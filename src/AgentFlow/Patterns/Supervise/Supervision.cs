using System.Diagnostics;
using System.Text.Json;

namespace AgentFlow;

/// <summary>What a supervisor knows at the beginning of a turn. Immutable.</summary>
/// <typeparam name="TGoal">What is to be achieved: the value that the verb was given.</typeparam>
/// <typeparam name="TTask">What workers take.</typeparam>
/// <typeparam name="TResult">What workers yield.</typeparam>
/// <param name="Goal">What is to be achieved.</param>
/// <param name="Workers">Who can be delegated to.</param>
/// <param name="Delegated">Everything that was delegated so far, with its outcome, in order.</param>
/// <param name="Notices">What of the last move was not done, and why: an unknown worker, a repetition, too many at once.</param>
/// <param name="Turn">Which turn this is, from 1.</param>
/// <param name="TurnsLeft">How many turns there are, this one included, from 1: in the last one the supervisor must finish.</param>
[DebuggerDisplay("turn {Turn}, {Delegated.Count} delegated")]
public sealed record Supervision<TGoal, TTask, TResult>(
    TGoal Goal, IReadOnlyList<WorkerInfo> Workers, IReadOnlyList<Delegated<TTask, TResult>> Delegated, IReadOnlyList<string> Notices, int Turn, int TurnsLeft)
{
    /// <summary>Delegates a task; <see cref="Delegations{TTask}.And"/> delegates another one in the same turn.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="task">What it is to do.</param>
    /// <param name="reason">Why, for people who read the journal.</param>
    public Delegations<TTask> Delegate(string worker, TTask task, string reason = "") => new([new(worker, task, reason)]);

    /// <summary>Delegates several tasks at once: none is an error that the supervisor is told.</summary>
    /// <param name="delegations">Worker, task and reason of each.</param>
    public Delegations<TTask> Delegate(IEnumerable<Delegation<TTask>> delegations)
    {
        ArgumentNullException.ThrowIfNull(delegations);
        return new([.. delegations]);
    }

    /// <summary>Ends the supervision.</summary>
    /// <typeparam name="TOut">The type of the result.</typeparam>
    /// <param name="result">The result.</param>
    /// <param name="reason">Why it is done, for people who read the journal.</param>
    public SupervisorMove<TTask, TOut> Finish<TOut>(TOut result, string reason = "the goal is achieved") => new(reason, null, new(result));
}

/// <summary>A worker, as its supervisor sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Takes">The JSON schema of its tasks; <see langword="null"/> where tasks are text, and where a supervisor is code.</param>
public sealed record WorkerInfo(string Name, string Description, JsonElement? Takes = null);

/// <summary>A task that a supervisor gives to a worker.</summary>
/// <typeparam name="TTask">What the worker takes.</typeparam>
/// <param name="Worker">The worker's name.</param>
/// <param name="Task">What it is to do.</param>
/// <param name="Reason">Why, for people who read the journal.</param>
[DebuggerDisplay("{Worker}: {Task}")]
public sealed record Delegation<TTask>(string Worker, TTask Task, string Reason);

/// <summary>A task that was delegated, and what came of it.</summary>
/// <typeparam name="TTask">What the worker takes.</typeparam>
/// <typeparam name="TResult">What the worker yields.</typeparam>
/// <param name="Turn">In which turn, from 1.</param>
/// <param name="Worker">The worker's name.</param>
/// <param name="Task">What it was to do.</param>
/// <param name="Reason">Why, in the supervisor's words.</param>
/// <param name="Outcome">Its result or its failure.</param>
[DebuggerDisplay("{Turn}. {Worker}: {Outcome}")]
public sealed record Delegated<TTask, TResult>(int Turn, string Worker, TTask Task, string Reason, Outcome<TResult> Outcome);
