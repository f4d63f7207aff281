using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>One branch of a <see cref="Join"/>: the place of its result and the continuation of its work.</summary>
internal abstract class ForkBranch(StepPath path, int index)
{
    /// <summary>Everything the branch records lies at or below.</summary>
    public StepPath Path => path;

    public int Index => index;

    public Exception? Error { get; protected set; }

    public bool HasResult { get; protected set; }

    /// <summary>What a later branch that takes this one's result has seen with it.</summary>
    public virtual Label? Label => null;

    /// <summary>The state of the run as the branch leaves it.</summary>
    public virtual StateChain? StateIn(FlowContext join) => join.StateOf(Path);

    /// <summary>Starts the branch; reports its end to the join, now or later. Never throws.</summary>
    public abstract void Start(Join join);
}

internal abstract class ForkBranch<T>(StepPath path, int index) : ForkBranch(path, index)
{
    private Join? _join;
    private ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter _awaiter;

    public T Result { get; protected set; } = default!;

    public override void Start(Join join)
    {
        ValueTask<T> work;
        try
        {
            work = Invoke(join.ScopeOf(this));
        }
        catch (Exception exception)
        {
            Error = exception;
            join.OnEnded(this);
            return;
        }

        _awaiter = work.ConfigureAwait(false).GetAwaiter();
        _join = join;
        if (_awaiter.IsCompleted) End();
        else _awaiter.UnsafeOnCompleted(EndLater);
    }

    protected abstract ValueTask<T> Invoke(FlowContext scope);

    private void EndLater()
    {
        End();
        _join!.Continue();
    }

    private void End()
    {
        try
        {
            Result = _awaiter.GetResult();
            HasResult = true;
        }
        catch (Exception exception)
        {
            Error = exception;
        }

        _join!.OnEnded(this);
    }
}

/// <summary>A branch that is a step: it runs at its own name, without a segment for the branch.</summary>
internal sealed class StepBranch<TIn, T>(Step<TIn, T> step, StepPath path, TIn input, int index) : ForkBranch<T>(path, index)
{
    protected override ValueTask<T> Invoke(FlowContext scope) => step.InvokeAsync(scope, Path, input);
}

/// <summary>A branch that is flow code: it runs in a context of its own under the branch's number.</summary>
internal sealed class CodeBranch<T>(Func<FlowContext, ValueTask<T>> code, StepPath path, int index) : ForkBranch<T>(path, index)
{
    protected override ValueTask<T> Invoke(FlowContext scope) => ChildScope.RunAsync(scope, Path, code, static (code, child) => code(child));
}
