using AgentFlow.Journaling;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow;

/// <summary>
/// What one attempt of an effect owns: its number and, on demand, a service scope. The attempt ends when the scope has been
/// disposed, so that the next attempt, or the next step, never meets services that are still being closed.
/// </summary>
internal sealed class AttemptScope(FlowRun run, StepPath path, int attempt)
{
    private static readonly OpenScope Over = new(null);
    private OpenScope? _open;

    public int Attempt => attempt;

    /// <summary>What the attempt occupies.</summary>
    public AgentFlow.Scheduling.Slot Slot { get; init; }

    /// <summary>The services of the attempt, or null when the runtime has none.</summary>
    public IServiceProvider? ServicesOrNull => run.Runtime.Services is null ? null : Services;

    public IServiceProvider Services => Volatile.Read(ref _open)?.Services ?? Open().Services!;

    /// <summary>Calls the body; what it yields is complete once the scope is closed.</summary>
    public ValueTask<TOut> CallAsync<TIn, TOut>(EffectStep<TIn, TOut> step, TIn input, CancellationToken cancellationToken)
    {
        if (run.Runtime.Options.Watch?.OnBody(run, path, cancellationToken) is { } outcome) return TakeAsync(step, outcome);
        ValueTask<TOut> body;
        try
        {
            body = step.ExecuteAsync(input, new StepContext(run, path, cancellationToken, this));
        }
        catch (Exception exception) when (Volatile.Read(ref _open) is not null)
        {
            body = ValueTask.FromException<TOut>(exception);
        }

        if (run.Runtime.Services is null) return body;
        return body.IsCompleted && Interlocked.CompareExchange(ref _open, Over, null) is null ? body : CloseAfterAsync(body);
    }

    /// <summary>Hands over an instance that the scope did not create and must dispose nevertheless.</summary>
    public void Own(object instance)
    {
        if (instance is IAsyncDisposable or IDisposable) Open().Own(instance);
    }

    private async ValueTask<TOut> TakeAsync<TIn, TOut>(EffectStep<TIn, TOut> step, ValueTask<JournalEntry> outcome) =>
        await EffectGate<TIn, TOut>.Recorded(step, run, await outcome.ConfigureAwait(false)).ConfigureAwait(false);

    private OpenScope Open()
    {
        lock (this)
        {
            if (_open is null)
            {
                var services = run.Runtime.Services ?? throw new InvalidOperationException(
                    $"Step '{path}' asked for services, but its runtime has none. Create the runtime with services.AddAgentFlow(), or set FlowRuntimeOptions.Services.");
                var scope = services.CreateAsyncScope();
                if (Interlocked.CompareExchange(ref _open, new OpenScope(scope), null) is not null) scope.Dispose();
            }

            ObjectDisposedException.ThrowIf(ReferenceEquals(_open, Over), typeof(StepContext));
            return _open;
        }
    }

    private async ValueTask<T> CloseAfterAsync<T>(ValueTask<T> body)
    {
        try
        {
            return await body.ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask CloseAsync()
    {
        OpenScope? open;
        lock (this)
        {
            open = _open;
            _open = Over;
        }

        if (open is null) return;
        try
        {
            await open.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The effect has happened: a failing disposal must not turn it into a failure.
            RunLog.DisposalFailed(run.Runtime.Logger, run.Id, path, exception);
        }
    }

    private sealed class OpenScope(AsyncServiceScope? scope) : IAsyncDisposable
    {
        private readonly Stack<object> _owned = new();

        public IServiceProvider? Services => scope?.ServiceProvider;

        public void Own(object instance)
        {
            lock (_owned) _owned.Push(instance);
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                while (_owned.TryPop(out var instance)) await DisposeAsync(instance).ConfigureAwait(false);
            }
            finally
            {
                if (scope is { } services) await services.DisposeAsync().ConfigureAwait(false);
            }
        }

        private static ValueTask DisposeAsync(object instance)
        {
            if (instance is IAsyncDisposable asynchronous) return asynchronous.DisposeAsync();
            ((IDisposable)instance).Dispose();
            return default;
        }
    }
}
