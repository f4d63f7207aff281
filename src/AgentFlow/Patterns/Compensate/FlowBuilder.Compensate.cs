namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// A saga: does steps one after the other, and when one of them fails, or the run or the branch is cancelled, undoes those that had
    /// completed, last one first: <c>.Compensate("booking", s =&gt; s.Do(reserveHotel, undo: cancelHotel).Do(bookFlight, undo: cancelFlight).Do(charge))</c>.
    /// A failure ends the flow with a <see cref="SagaException"/> that lists what was undone and what could not be.
    /// </summary>
    /// <remarks>
    /// Undo steps run at <c>name/(undo)/step</c>. That the saga is to be undone is recorded first: a crash meanwhile goes on undoing. A
    /// cancelled run ends when it has undone, within <see cref="FlowRuntimeOptions.UndoGrace"/>; a join, a time limit or a run does
    /// not end while a branch that it has left behind is still undoing. A step that is irreversible and uncertain after a crash is found out about first, like
    /// everywhere.
    /// </remarks>
    /// <typeparam name="TNext">What the last step yields.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="steps">Names the steps.</param>
    public FlowBuilder<TIn, TNext> Compensate<TNext>(string name, Func<SagaBuilder<TCurrent, TCurrent>, SagaBuilder<TCurrent, TNext>> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var scope = Scope.Name(name);
        var given = steps(new(scope, scope.Inside(Saga.Undo), [])) ?? throw new ArgumentException($"The steps of saga '{scope.Path}' are null. Return what the last Do returns: s => s.Do(…).", nameof(steps));
        return Add(new CompensateNode<TIn, TCurrent, TNext>(_last, name, given.BuildIn(scope)));
    }
}
