using System.Diagnostics;
using System.Text.Json;

namespace AgentFlow;

/// <summary>Names the workers of a supervisor that is a model: steps, flows and agents of any types. Single use, not thread-safe.</summary>
[DebuggerDisplay("{Workers.Count} workers")]
public sealed class WorkersBuilder
{
    internal List<(Step<JsonElement, JsonElement> Step, string Description)> Workers { get; } = [];

    /// <summary>
    /// Adds a worker. Its supervisor gives it a task as text where it takes text, and otherwise as JSON that fits its input; its result
    /// goes back as JSON.
    /// </summary>
    /// <typeparam name="TTask">What it takes.</typeparam>
    /// <typeparam name="TResult">What it yields.</typeparam>
    /// <param name="worker">The step, flow or agent.</param>
    /// <param name="description">What it is for, for the supervisor; that of the agent when not given.</param>
    public WorkersBuilder Worker<TTask, TResult>(Step<TTask, TResult> worker, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        Workers.Add((new JsonWorker<TTask, TResult>(worker), description ?? worker.Purpose));
        return this;
    }
}

/// <summary>Begins the workers of a supervisor that is code or a step: what the first of them take and yield says what all do.</summary>
public sealed class WorkersStart
{
    private bool _isContinued;

    internal WorkersStart()
    {
    }

    /// <summary>Names workers that take and yield the same.</summary>
    /// <typeparam name="TTask">What they take.</typeparam>
    /// <typeparam name="TResult">What they yield.</typeparam>
    /// <param name="workers">The steps, flows and agents.</param>
    /// <exception cref="InvalidOperationException">Workers were named before: go on with what that returned.</exception>
    public WorkersBuilder<TTask, TResult> Workers<TTask, TResult>(params IEnumerable<Step<TTask, TResult>> workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        if (_isContinued) throw new InvalidOperationException("Workers are named already, and would be lost. Chain them: w => w.Workers(…).Worker(…).");
        _isContinued = true;
        var builder = new WorkersBuilder<TTask, TResult>();
        foreach (var worker in workers) builder.Worker(worker);
        return builder;
    }
}

/// <summary>Names the workers of a supervisor that is code or a step. Single use, not thread-safe.</summary>
/// <typeparam name="TTask">What they take.</typeparam>
/// <typeparam name="TResult">What they yield.</typeparam>
[DebuggerDisplay("{All.Count} workers")]
public sealed class WorkersBuilder<TTask, TResult>
{
    internal WorkersBuilder()
    {
    }

    internal List<(Step<TTask, TResult> Step, string Description)> All { get; } = [];

    /// <summary>Adds a worker.</summary>
    /// <param name="worker">The step, flow or agent.</param>
    /// <param name="description">What it is for, for the supervisor; that of the agent when not given.</param>
    public WorkersBuilder<TTask, TResult> Worker(Step<TTask, TResult> worker, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        All.Add((worker, description ?? worker.Purpose));
        return this;
    }

    /// <summary>Adds a worker that takes or yields something else than the others.</summary>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="worker">The step, flow or agent.</param>
    /// <param name="task">Pure; makes its input of a task. What it throws is the worker's failure.</param>
    /// <param name="result">Pure; makes a result of what it yields.</param>
    /// <param name="description">What it is for, for the supervisor; that of the agent when not given.</param>
    public WorkersBuilder<TTask, TResult> Worker<TIn, TOut>(Step<TIn, TOut> worker, Func<TTask, TIn> task, Func<TOut, TResult> result, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(result);
        return Worker(new AdaptedStep<TTask, TIn, TOut, TResult>(worker, task, result), description ?? worker.Purpose);
    }
}
