using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>Runs flow code in a context of its own and ends the context with it.</summary>
internal static class ChildScope
{
    public static ValueTask<T> RunAsync<TState, T>(FlowContext parent, StepPath path, TState state, Func<TState, FlowContext, ValueTask<T>> code) =>
        RunAsync(parent, path, parent.CancellationToken, parent.Lane, parent.Owner, state, code);

    public static ValueTask<T> RunAsync<TState, T>(
        FlowContext parent, StepPath path, CancellationToken cancellationToken, string? lane, string owner, TState state, Func<TState, FlowContext, ValueTask<T>> code)
    {
        var depth = parent.Depth + 1;
        if (depth > parent.Run.Runtime.Options.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return ValueTask.FromException<T>(VerbCode.At(parent, path, new FlowDepthException(path, depth, parent.Run.Runtime.Options.MaxDepth)));
        }

        return RunInAsync(new FlowContext(parent.Run, path, cancellationToken, parent.Label, lane, owner, parent.Span, depth: depth) { State = parent.State, IsShielded = parent.IsShielded }, parent, state, code);
    }

    /// <summary>Runs the code in a given context and ends it; what it has seen is handed on to the parent, if there is one.</summary>
    public static ValueTask<T> RunInAsync<TState, T>(FlowContext child, FlowContext? parent, TState state, Func<TState, FlowContext, ValueTask<T>> code)
    {
        ValueTask<T> work;
        try
        {
            work = code(state, child);
            if (!work.IsCompletedSuccessfully) return AwaitAsync(work, parent, child);
            child.Close();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<T>(Fail(child, parent, exception));
        }

        Hand(child, parent);
        return work;
    }

    private static async ValueTask<T> AwaitAsync<T>(ValueTask<T> work, FlowContext? parent, FlowContext child)
    {
        T result;
        try
        {
            result = await work.ConfigureAwait(false);
            child.Close();
        }
        catch (Exception exception)
        {
            Fail(child, parent, exception);
            throw;
        }

        Hand(child, parent);
        return result;
    }

    private static void Hand(FlowContext child, FlowContext? parent)
    {
        if (parent is null) return;
        parent.Raise(child.Label);
        parent.TakeState(child);
    }

    /// <summary>What the scope has seen may be in the message of its failure.</summary>
    private static Exception Fail(FlowContext child, FlowContext? parent, Exception exception)
    {
        child.Abort();
        parent?.Raise(child.Label);
        if (exception is not EffectFailedException) child.Run.NoteFailure(exception, child.Path);
        return exception;
    }
}
