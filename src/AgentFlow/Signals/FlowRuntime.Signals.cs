using AgentFlow.Journaling;

namespace AgentFlow;

public sealed partial class FlowRuntime
{
    /// <summary>
    /// Sends a signal with a value to a run, and completes when it is durable. A flow that waits for it with
    /// <see cref="FlowContext.WaitForAsync{T}(string, TimeSpan?, string)"/> continues on the pool; otherwise it is kept until the flow does. Of
    /// one name the first signal goes to the first wait.
    /// </summary>
    /// <typeparam name="T">The type of the value: the very type that the flow waits for, or <see cref="System.Text.Json.JsonElement"/> for its JSON.</typeparam>
    /// <param name="runId">The run, queued, executing or suspended, in memory or in the journal.</param>
    /// <param name="signal">The name of the signal.</param>
    /// <param name="value">The value; serializable where the journal is durable.</param>
    /// <param name="options">Idempotency key, sender, label.</param>
    /// <param name="cancellationToken">Ends the waiting; the signal may have been kept all the same.</param>
    /// <returns>False when the run had the signal before, by its <see cref="SignalOptions.Key"/>.</returns>
    /// <exception cref="RunNotFoundException">Nobody knows the run.</exception>
    /// <exception cref="RunEndedException">The run has ended.</exception>
    /// <exception cref="RunHeldException">The run is in the journal, but its flow is not registered here, or has changed.</exception>
    /// <exception cref="SignalMismatchException">The flow waits for the signal, and for another type.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses it.</exception>
    /// <exception cref="PayloadException">The value cannot be kept in the durable journal.</exception>
    public async ValueTask<bool> SignalAsync<T>(RunId runId, string signal, T value, SignalOptions? options = null, CancellationToken cancellationToken = default)
    {
        StepName.Validate(signal);
        ObjectDisposedException.ThrowIf(_disposed, this);
        options ??= SignalOptions.Default;
        var isAwaited = Dormant.TryGet(runId, out var dormant) && dormant.Waits.Any(wait => wait.Kind == WaitKind.Signal && wait.Name == signal);
        var run = await GetRunAsync(runId, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(runId);

        // Whoever sends it learns from the wait itself what it takes.
        if (isAwaited) await Task.WhenAny(run.ExpectWaitAsync(signal), run.SettledAsync(CancellationToken.None)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (run.IsTerminal && await HadSignalAsync(run, signal, options.Key, cancellationToken).ConfigureAwait(false)) return false;
        var isNew = !run.HasReceived(signal, options.Key) && await ReceiveAsync(run, signal, value, options, cancellationToken).ConfigureAwait(false);
        await run.FlushAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return isNew;
    }

    /// <summary>Sends a signal without a value. A flow takes it with <see cref="FlowContext.WaitForAsync(string, TimeSpan?, string)"/>.</summary>
    /// <inheritdoc cref="SignalAsync{T}(RunId, string, T, SignalOptions, CancellationToken)"/>
    public ValueTask<bool> SignalAsync(RunId runId, string signal, SignalOptions? options = null, CancellationToken cancellationToken = default) =>
        SignalAsync<object?>(runId, signal, null, options, cancellationToken);

    /// <summary>Whoever sends a signal again, because the first answer got lost, may come when the run has ended.</summary>
    private async ValueTask<bool> HadSignalAsync(FlowRun run, string signal, string? key, CancellationToken cancellationToken)
    {
        if (key is null) return false;
        var entries = Options.Journal is null ? run.Entries : await ReadAsync(run.Id, cancellationToken).ConfigureAwait(false);
        return entries.Any(entry => entry is SignalReceivedEntry received && received.Signal == signal && received.Key == key);
    }

    private async ValueTask<bool> ReceiveAsync<T>(FlowRun run, string signal, T value, SignalOptions options, CancellationToken cancellationToken)
    {
        run.ThrowIfEnded();
        if ((Features & RunFeatures.RoundTrip) != 0) value = RoundTrip.Copy(value, Json, run.RootPath.Child(signal));
        var (judged, label) = await RunGate.SignalAsync(run, signal, value, options, cancellationToken).ConfigureAwait(false);
        return run.Receive(new SignalReceivedEntry<T>(run.RootPath, signal, judged, options.Key, options.By) { Label = label });
    }
}
