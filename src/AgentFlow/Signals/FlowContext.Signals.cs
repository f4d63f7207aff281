namespace AgentFlow;

/// <content>Signals from outside.</content>
public sealed partial class FlowContext
{
    /// <summary>
    /// Waits for a signal that somebody outside sends with <see cref="FlowRuntime.SignalAsync{T}(RunId, string, T, SignalOptions, CancellationToken)"/>,
    /// or takes the first one of this name that has come before. A run in which everything waits is suspended and costs no thread; the
    /// wait survives with the journal.
    /// </summary>
    /// <typeparam name="T">The type of the value; <see cref="System.Text.Json.JsonElement"/> takes any.</typeparam>
    /// <param name="signal">The name of the signal.</param>
    /// <param name="timeout">How long at the most, more than zero and up to 3650 days; for ever when not given.</param>
    /// <param name="name">A name for the path; the signal's when not given.</param>
    /// <exception cref="SignalTimeoutException">The signal did not come in time. One that comes later is kept for the next wait.</exception>
    /// <exception cref="SignalMismatchException">A signal that came before carries another type of value.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is out of its range.</exception>
    public async ValueTask<T> WaitForAsync<T>(string signal, TimeSpan? timeout = null, string? name = null) =>
        (T)(await WaitForAsync(signal, typeof(T), timeout, name).ConfigureAwait(false))!;

    /// <summary>Waits for a signal, whatever its value is.</summary>
    /// <inheritdoc cref="WaitForAsync{T}(string, TimeSpan?, string)"/>
    public async ValueTask WaitForAsync(string signal, TimeSpan? timeout = null, string? name = null) =>
        await WaitForAsync(signal, null, timeout, name).ConfigureAwait(false);

    /// <summary>Whether the context belongs to an execution that was unloaded.</summary>
    internal bool IsDead => _generation != Run.Generation;

    private async ValueTask<object?> WaitForAsync(string signal, Type? type, TimeSpan? timeout, string? name)
    {
        StepName.Validate(signal);
        CheckSignalTimeout(timeout);
        BeginCall();
        try
        {
            var path = PathOf(name is null ? signal : StepName.Validate(name));
            var received = await Run.WaitForAsync(this, path, signal, type, timeout).ConfigureAwait(false);
            ThrowIfStopped();
            if (received is null) throw new SignalTimeoutException(signal, timeout.GetValueOrDefault(), path);
            Raise(received.Label);
            return type is null ? null : Read(received, type, path);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>What the wait has taken fitted then: when it does not any more, the type has changed, and the run can wait for an upcaster.</summary>
    private object? Read(Journaling.SignalReceivedEntry received, Type type, StepPath path)
    {
        try
        {
            return received.ReadAs(type, path, Run.Runtime);
        }
        catch (SignalMismatchException mismatch) when (Run.Replay is not null && received.Path.Equals(path))
        {
            throw new FlowNondeterminismException(
                path, $"the signal '{received.Signal}' of type {received.ValueType}", TypeNames.Short(type), RecordedValue.CureOf(TypeNames.Short(type), received.ValueType), mismatch) { IsCurable = true };
        }
    }

    internal static void CheckSignalTimeout(TimeSpan? timeout)
    {
        if (timeout is { } limit) OptionRange.Within(limit, TimeSpan.FromTicks(1), OptionRange.Longest, nameof(timeout));
    }
}
