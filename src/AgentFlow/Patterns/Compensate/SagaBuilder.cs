using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// Names the steps of a <c>Compensate</c>, each with what undoes it: <c>s =&gt; s.Do(reserve, undo: cancel).Do(charge, undo: refund)</c>. Each
/// step takes what the one before it yields. Single use, not thread-safe.
/// </summary>
/// <typeparam name="TIn">What the verb takes.</typeparam>
/// <typeparam name="TCurrent">What the last step yields.</typeparam>
[DebuggerDisplay("{Steps.Count} steps")]
public sealed class SagaBuilder<TIn, TCurrent>
{
    private readonly DraftScope _scope;
    private readonly DraftScope _undo;
    private bool _isContinued;

    internal SagaBuilder(DraftScope scope, DraftScope undo, IReadOnlyList<SagaStep> steps)
    {
        _scope = scope;
        _undo = undo;
        Steps = steps;
    }

    internal IReadOnlyList<SagaStep> Steps { get; }

    /// <summary>A step and what undoes it. A step that fails is not undone: what it has half done is its own to clear up.</summary>
    /// <typeparam name="TNext">What the step yields.</typeparam>
    /// <typeparam name="TUndo">What the undo step yields; nobody looks at it.</typeparam>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="undo">
    /// Takes back what the step did, given its input and its result. Give it a retry: when it fails for good, the rest is undone, and
    /// the failure lists it.
    /// </param>
    public SagaBuilder<TIn, TNext> Do<TNext, TUndo>(Step<TCurrent, TNext> step, Step<Undoing<TCurrent, TNext>, TUndo> undo)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(undo);
        return Add<TNext>(new SagaStep<TCurrent, TNext, TUndo>(_scope.Use(step), _undo.Use(undo)));
    }

    /// <summary>A step that needs no undoing, because it only reads, or because it is the last one.</summary>
    /// <typeparam name="TNext">What the step yields.</typeparam>
    /// <param name="step">The step, flow or agent.</param>
    public SagaBuilder<TIn, TNext> Do<TNext>(Step<TCurrent, TNext> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Add<TNext>(new SagaStep<TCurrent, TNext, bool>(_scope.Use(step), null));
    }

    internal SagaStep[] BuildIn(DraftScope scope)
    {
        if (!ReferenceEquals(scope, _scope)) throw new InvalidOperationException($"The steps of saga '{scope.Path}' are those of saga '{_scope.Path}'. Return what the Compensate's own builder s returns: s => s.Do(…).");
        if (Steps.Count == 0) scope.Report("a Compensate without a step does nothing", "give it steps: s => s.Do(step, undo: …)");
        else if (!Steps.Any(step => step.HasUndo)) scope.Report("no step of the Compensate has an undo step", "give them one: s.Do(step, undo: …), or chain the steps with Then");
        return [.. Steps];
    }

    private SagaBuilder<TIn, TNext> Add<TNext>(SagaStep step)
    {
        if (_isContinued) throw new InvalidOperationException($"This builder of saga '{_scope.Path}' has been continued before: every Do returns the builder to go on with. Chain them: s.Do(…).Do(…).");
        _isContinued = true;
        return new(_scope, _undo, [.. Steps, step]);
    }
}
