namespace AgentFlow.Testing;

/// <summary>
/// An effect under way. It marks the execution context it runs in, so that a virtual timer knows which effect sleeps on it.
/// </summary>
internal sealed class LiveEffect(LiveEffects all, FlowRun run, StepPath path)
{
    private static readonly AsyncLocal<LiveEffect?> s_current = new();

    internal static LiveEffect? Current => s_current.Value;

    internal FlowRun Run => run;

    internal StepPath Path => path;

    /// <summary>How many timers it sleeps on. Guarded by <see cref="LiveEffects"/>.</summary>
    internal int Sleeps { get; set; }

    /// <summary>Whether a body of it was started. Guarded by <see cref="LiveEffects"/>.</summary>
    internal bool HasBody { get; set; }

    /// <summary>The current effect does not end until it is cancelled, and nothing waits for it.</summary>
    internal static async ValueTask<Journaling.JournalEntry> NeverEndAsync(VirtualTimeProvider time, CancellationToken cancellationToken)
    {
        var effect = Current;
        effect?.Sleep(1);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            effect?.Sleep(-1);
        }

        throw new System.Diagnostics.UnreachableException();
    }

    internal void Mark() => s_current.Value = this;

    internal void Sleep(int change) => all.Sleep(this, change);
}
