using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>The handle of one execution of a flow that yields <typeparamref name="TOut"/>. Await it for the result.</summary>
/// <typeparam name="TOut">The type of the result.</typeparam>
public abstract partial class FlowRun<TOut> : FlowRun
{
    private TaskCompletionSource<TOut>? _completion;
    private TOut? _result;
    private Exception? _error;

    private protected FlowRun(FlowRuntime runtime, Step flow, RunStartedEntry started, bool hasHandle)
        : base(runtime, flow, started, hasHandle)
    {
    }

    private protected FlowRun(FlowRun<TOut> ended, RunStartedEntry started)
        : base(ended, started) =>
        (_result, _error, _generations, _successor) = (ended._result, ended._error, ended._generations, ended._successor);

    /// <summary>
    /// The result, a <see cref="FlowRunFailedException"/> or a <see cref="FlowRunCancelledException"/>; of a run that continued as a new one
    /// (<see cref="FlowContext.ContinueAsNew{TIn}"/>), what the last of them comes to.
    /// </summary>
    public Task<TOut> Result => Completion.Task;

    /// <inheritdoc/>
    public override Task Ended => Completion.Task.ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private TaskCompletionSource<TOut> Completion
    {
        get
        {
            if (Living is { } successor) return successor.Completion;
            var completion = LazyInitializer.EnsureInitialized(
                ref _completion, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (Living is { } living) return living.Completion;
            if (IsRetired) Revive();
            if (IsPublished) Settle(completion);
            return completion;
        }
    }

    private protected sealed override bool IsAwaited => Volatile.Read(ref _completion) is not null;

    internal sealed override Exception? Error => _error;

    /// <summary>Awaits the result.</summary>
    public TaskAwaiter<TOut> GetAwaiter() => Result.GetAwaiter();

    /// <summary>Awaits the result with a choice of context.</summary>
    /// <param name="continueOnCapturedContext">Whether to continue on the captured context.</param>
    public ConfiguredTaskAwaitable<TOut> ConfigureAwait(bool continueOnCapturedContext) => Result.ConfigureAwait(continueOnCapturedContext);

    /// <summary>The outcome without a task when the run has already ended.</summary>
    internal ValueTask<TOut> ResultAsync()
    {
        if (!IsPublished || _successor is not null) return new(Result);
        return _error is null ? new(_result!) : ValueTask.FromException<TOut>(_error);
    }

    private protected void Complete(int generation, TOut result)
    {
        if (IsCancelling)
        {
            EndCancelled(generation);
            return;
        }

        if (UnconsumedOutcome() is { } divergence)
        {
            Fail(generation, divergence);
            return;
        }

        try
        {
            if (!TryEnd(generation, new RunCompletedEntry<TOut>(RootPath, result, TypeNames.Short(typeof(TOut))), RunStatus.Completed, null)) return;
        }
        catch (PayloadException exception)
        {
            Fail(generation, exception);
            return;
        }

        _result = result;
        Publish();
    }

    /// <summary>The result leaves the run when the entry that states it is durable.</summary>
    private async Task PublishDurablyAsync()
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            RunLog.FlushFailed(Runtime.Logger, Id, exception);
            if (_error is not FlowRunFailedException { InnerException: JournalException }) _error = FlowRunFailedException.NotKept(this, exception);
        }

        if (IsTerminal) Runtime.Shelve(this);
        PublishNow();
    }

    /// <summary>Takes over the end that a journal states.</summary>
    internal void RestoreEnded(IReadOnlyList<JournalEntry> stored)
    {
        AdoptEnd(stored);
        var last = stored[^1];
        if (last is RunContinuedEntry continued) _successor = continued.Successor;
        else if (last.Value is JsonElement result) _result = RecordedValue.Read<TOut>(Runtime, last.Path, "the result", result, ((RunStatusEntry)last).ResultType);
        else if (last is RunStatusEntry { Kind: JournalEntryKind.RunCancelled } cancelled) _error = new FlowRunCancelledException(Id, cancelled.Reason ?? "");
        else _error = Failure(last.Path, ((RunStatusEntry)last).Reason ?? "");
        PublishNow();
    }

    private FlowRunFailedException Failure(StepPath path, string reason)
    {
        var end = reason.IndexOf(": ", StringComparison.Ordinal);
        var (errorType, message) = end < 0 ? ("Unknown", reason) : (reason[..end], reason[(end + 2)..]);
        return new(Id, path, errorType, new EffectFailedException(errorType, message, path));
    }

    private protected void Fail(int generation, Exception exception)
    {
        if (!IsCancelling && exception is not FlowNondeterminismException && UnconsumedOutcome(exception) is { } divergence) exception = divergence;
        if (exception is FlowNondeterminismException diverged && (diverged.IsCurable || IsRestored) && TryHold(generation, diverged, out var held))
        {
            _error = held;
            Publish();
            return;
        }

        if (!TryEndWith(generation, exception, out var seen)) return;
        _error = seen;
        Publish();
    }

    internal sealed override void Refuse(Exception exception)
    {
        if (!TryRefuse(exception.Message)) return;
        _error = exception;
        PublishNow();
    }

    private protected sealed override void Release()
    {
        _error = new ObjectDisposedException(nameof(FlowRuntime), $"The runtime was disposed while run {Id} was suspended.");
        PublishNow();
    }

    private protected sealed override void EndCancelled(int generation) => Fail(generation, new OperationCanceledException(CancellationToken));

    private void Publish()
    {
        if (Runtime.Options.Journal is null) PublishNow();
        else _ = PublishDurablyAsync();
    }

    private void PublishNow()
    {
        IsPublished = true;
        if (Options.Id is not null) Runtime.OnPublished(this);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _completion) is { } completion) Settle(completion);
    }

    private void Settle(TaskCompletionSource<TOut> completion)
    {
        if (_successor is not null && _error is null)
        {
            if (Living is null && Interlocked.Exchange(ref _isFollowing, 1) == 0) _ = FollowAsync(LastInJournalAsync(), completion);
            return;
        }

        if (_error is null) completion.TrySetResult(_result!);
        else if (completion.TrySetException(_error)) _ = completion.Task.Exception;
    }
}
