using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Retry and time limit.</content>
public partial class Flow<TIn, TOut>
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1);

    /// <summary>Each attempt is a scope of its own, and going on is a decision: a retry never meets the recorded failures of the last one.</summary>
    private async ValueTask<TOut> RunAttemptsAsync(FlowContext scope, StepPath path, TIn input)
    {
        if (Plan.Retries > 0 && IsIrreversible) throw DefinitionCheck.Defects(this, path);
        for (var attempt = 1; ; attempt++)
        {
            var at = path.Attempt(attempt);
            Exception? exceeded = null;
            if (!scope.TryRecorded<string>(at, DecisionKind.Attempt, out _))
            {
                try
                {
                    var result = await RunTimedAsync(scope, at, input).ConfigureAwait(false);
                    scope.Raise(Plan.Source);
                    return result;
                }
                catch (Exception exception) when (FlowTimeout.IsExceeded(exception, at))
                {
                    exceeded = exception;
                }
                catch (Exception exception) when (Plan.Repeats(attempt, exception, scope.CancellationToken))
                {
                    scope.Decide(at, DecisionKind.Attempt, $"{EffectOutcome.TypeOf(exception)}: {exception.Message}", static text => text, $"attempt {attempt} failed, another follows");
                }
            }

            else if (scope.Run.Replay!.OwesUndo(at))
            {
                await UndoAsync(scope, at, input).ConfigureAwait(false);
            }

            scope.Run.Abandon(at);
            if (attempt > Plan.Retries) throw exceeded ?? FlowTimeout.Exceeded(at, Plan.Timeout ?? default);
            await DelayAsync(scope, at, attempt).ConfigureAwait(false);
        }
    }

    private async ValueTask<TOut> RunTimedAsync(FlowContext scope, StepPath at, TIn input)
    {
        if (Plan.Timeout is not { } timeout) return await RunAttempt(scope, at, scope.CancellationToken, input).ConfigureAwait(false);
        using var limit = FlowTimeout.TryStart(scope, at, timeout);
        if (limit is null)
        {
            if (scope.Run.Replay!.OwesUndo(at)) await UndoAsync(scope, at, input).ConfigureAwait(false);
            throw FlowTimeout.Exceeded(at, timeout);
        }

        TOut result;
        var inside = scope.Collecting();
        try
        {
            result = await RunAttempt(inside, at, limit.Token, input).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (limit.TryEnd() || scope.IsCancelled) throw;
            throw FlowTimeout.Exceeded(at, timeout, exception);
        }
        finally
        {
            scope.Raise(inside.Collected);
        }

        if (!limit.TryEnd()) throw FlowTimeout.Exceeded(at, timeout);
        scope.TakeState(inside);
        return result;
    }

    /// <summary>An attempt that had exceeded its limit may have something to undo still: it takes what is recorded, and nothing else starts.</summary>
    private async ValueTask UndoAsync(FlowContext scope, StepPath at, TIn input)
    {
        try
        {
            await RunAttempt(scope.LeftBehind(), at, new CancellationToken(canceled: true), input).ConfigureAwait(false);
        }
        catch (Exception exception) when (!Resilience.IsBrokenContract(exception))
        {
            // How it ended is recorded: the limit was exceeded.
        }
    }

    private async ValueTask DelayAsync(FlowContext scope, StepPath at, int attempt)
    {
        var delay = TimeSpan.FromTicks((long)Math.Min(Plan.RetryDelay.Ticks * Math.Pow(2, attempt - 1), MaxDelay.Ticks));
        if (delay > TimeSpan.Zero) await scope.Run.DelayAsync(at.Child("(backoff)"), delay, scope.CancellationToken).ConfigureAwait(false);
    }
}
