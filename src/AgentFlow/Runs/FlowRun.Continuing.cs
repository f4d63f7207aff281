using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>The end of a run that another one continues.</content>
public abstract partial class FlowRun<TOut>
{
    private Generations<TOut>? _generations;

    /// <summary>A boxed id: few runs have one, and every run has the field.</summary>
    private object? _successor;
    private int _isFollowing;

    /// <summary>The run that goes on for this one; null when this one is the last, or the last is in the journal only.</summary>
    private FlowRun<TOut>? Living => Volatile.Read(ref _generations)?.Current is { } current && !ReferenceEquals(current, this) ? current : null;

    internal sealed override FlowRun Last => Living ?? this;

    /// <summary>The successor answers for this run: it takes over whoever awaits it.</summary>
    private protected void HandOver(FlowRun<TOut> successor)
    {
        var generations = _generations ??= new(this);
        Volatile.Write(ref successor._generations, generations);
        generations.Current = successor;
        if (Volatile.Read(ref _completion) is not { } asked) return;
        if (Interlocked.CompareExchange(ref successor._completion, asked, null) is { } other && other != asked) _ = FollowAsync(other.Task, asked);
        if (successor.IsPublished) successor.Settle(asked);
    }

    private protected void PublishContinued(RunId successor)
    {
        _successor = successor;
        Publish();
    }

    /// <summary>The outcome of the last run in the journal, found one after the other.</summary>
    private async Task<TOut> LastInJournalAsync()
    {
        var next = (RunId)_successor!;
        while (true)
        {
            var run = await Runtime.GetRunAsync<TOut>(next).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Run {Id} was continued as {next}, which nobody knows any more.");
            if (run._successor is not RunId further || run.Living is not null) return await run.Result.ConfigureAwait(false);
            next = further;
        }
    }

    private static async Task FollowAsync(Task<TOut> outcome, TaskCompletionSource<TOut> asked)
    {
        try
        {
            asked.TrySetResult(await outcome.ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            asked.TrySetException(exception);
            _ = asked.Task.Exception;
        }
    }
}
