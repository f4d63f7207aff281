using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>
/// Checks that a flow can be continued from wherever a crash may leave it. The journal of an ended run is cut after each of its
/// entries; each piece is continued with the same flow, and must come to the same end, by the same decisions, without executing
/// an effect that the piece has recorded. Finds flow code that is not deterministic (clocks, ids, static state, values changed
/// after they were returned) before a restart does.
/// </summary>
/// <remarks>
/// Policies are asked again and see the replays; a policy that counts across runs counts them. A race whose branches end at the
/// very same instant may end otherwise on replay; give it time to be decided by.
/// </remarks>
public static class ReplayCheck
{
    /// <summary>Cuts the journal of a run after each entry, and continues from there.</summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="step">The flow, agent or single step that the run executed.</param>
    /// <param name="run">The run: completed, or failed for a reason other than its deadline.</param>
    /// <param name="options">What happens behind the cut, and how many cuts are made.</param>
    /// <returns>What was checked.</returns>
    /// <exception cref="FlowAssertionException">A continuation went another way; the message says after which entry and how.</exception>
    /// <exception cref="ArgumentException">The run has not ended, was cancelled, or is one of another flow.</exception>
    public static async Task<ReplayReport> FromEveryPrefixAsync<TIn, TOut>(Step<TIn, TOut> step, FlowRun<TOut> run, ReplayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(run);
        options ??= ReplayOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxCuts, 2, nameof(options));
        var flow = SingleStep.Flow(step);
        var recording = new Recording(run);
        if (flow.Name != run.FlowName) throw new ArgumentException($"Run {run.Id} executed flow '{run.FlowName}', not '{flow.Name}'.", nameof(step));
        var (cuts, uncertain) = (0, 0);
        foreach (var length in Lengths(recording.Entries.Count, options.MaxCuts))
        {
            if (recording.IsUncertainAt(length))
            {
                uncertain++;
                continue;
            }

            await ReplayAsync(flow, recording, length, options.Bodies).ConfigureAwait(false);
            cuts++;
        }

        return new(recording.Entries.Count, cuts, uncertain);
    }

    private static IEnumerable<int> Lengths(int entries, int maxCuts) => entries <= maxCuts
        ? Enumerable.Range(1, entries)
        : Enumerable.Range(0, maxCuts).Select(i => 1 + (int)((long)i * (entries - 1) / (maxCuts - 1)));

    private static async Task ReplayAsync<TIn, TOut>(Flow<TIn, TOut> flow, Recording recording, int length, ReplayBodies bodies)
    {
        var time = new VirtualTimeProvider(recording.Entries[length - 1].Time);
        var playback = new Playback(recording, length, time);
        var driver = new RunDriver(recording.OptionsFor(time), playback);
        if (bodies == ReplayBodies.Recorded) driver.Effects.Substitute = playback.OutcomeAsync;
        var verdict = new ReplayVerdict(recording, length, playback);
        var replay = driver.Runtime.Resume(flow, recording.Prefix(length, bodies));
        foreach (var signal in recording.SignalsAfter(length))
        {
            var wait = signal.Time - time.GetUtcNow();
            _ = time.CreateTimer(_ => Playback.Send(replay, signal), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        try
        {
            await driver.DriveAsync(null, replay).ConfigureAwait(false);
        }
        catch (FlowAssertionException stuck)
        {
            throw verdict.Stuck(replay, stuck);
        }

        verdict.Check(replay, driver.Effects);
        await driver.Runtime.DisposeAsync().ConfigureAwait(false);
    }
}
