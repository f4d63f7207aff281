using AgentFlow.Journaling;

namespace AgentFlow;

public sealed partial class FlowRuntime
{
    /// <summary>
    /// Takes over every open run of the journal. A suspended run stays where it is until its answer or date comes; any other
    /// continues at the granularity of single effects: recorded results are reused. Call it once, after the flows are registered in
    /// <see cref="Steps"/>; again after more of them have been, or what a run was held for is mended.
    /// </summary>
    /// <param name="cancellationToken">Ends the recovery between two runs.</param>
    /// <exception cref="InvalidOperationException">The runtime has no durable journal.</exception>
    public async Task<RecoveryReport> RecoverAsync(CancellationToken cancellationToken = default)
    {
        var journal = Options.Journal ?? throw new InvalidOperationException("There is nothing to recover from: set FlowRuntimeOptions.Journal.");
        var (resumed, suspended, held) = (new List<RunId>(), new List<RunId>(), new List<HeldRun>());
        await foreach (var stored in journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!stored.IsOpen || ScheduleRecord.IsOne(stored.RunId) || _runs.TryGetValue(stored.RunId, out var known) && !TryLetGo(known) || Dormant.TryGet(stored.RunId, out _)) continue;
            try
            {
                if (await TryTakeOverAsync(journal, stored, cancellationToken).ConfigureAwait(false))
                {
                    suspended.Add(stored.RunId);
                    continue;
                }

                await ContinueAsync(await ReadAsync(stored.RunId, cancellationToken).ConfigureAwait(false), stored.Epoch + 1, isWoken: false).ConfigureAwait(false);
                resumed.Add(stored.RunId);
            }
            catch (RunHeldException exception)
            {
                Hold(exception.Run);
            }
            catch (JournalConflictException exception)
            {
                Hold(new(stored.RunId, "", $"another process works on it: {exception.Message}"));
            }
            catch (Exception exception) when (exception is not (JournalException or OperationCanceledException or ObjectDisposedException))
            {
                // What one run throws keeps nobody from the others.
                Hold(new(stored.RunId, "", $"it could not be taken over: {exception.GetType().Name}: {exception.Message}"));
            }
        }

        return new(resumed, suspended, held);

        void Hold(HeldRun run)
        {
            RunLog.RunHeld(Logger, run.RunId, run.Flow, run.Reason);
            held.Add(run);
        }
    }

    /// <summary>A suspended run costs a row: what it waits for stands in its last entry. The host's approver is asked anew, which takes the run.</summary>
    private async ValueTask<bool> TryTakeOverAsync(IJournal journal, StoredRun stored, CancellationToken cancellationToken)
    {
        if (stored.Last != JournalEntryKind.RunSuspended) return false;
        var last = Decode(stored.RunId, await journal.ReadAsync(stored.RunId, stored.Sequence - 1, cancellationToken).ConfigureAwait(false));
        var suspended = (RunSuspendedEntry)last[0];
        if (suspended.Waits.All(static wait => wait.Kind == WaitKind.Deadline)) return false;
        if (!IsStructureOf(suspended.Flow)) return false;
        if (Options.Approver is not null && suspended.Waits.Any(static wait => wait.Kind == WaitKind.Request)) return false;
        var dormant = new DormantRun(stored.RunId, suspended.Flow.Name, suspended.Waits, stored.Epoch + 1, null);
        await Requests.RepublishAsync(dormant, cancellationToken).ConfigureAwait(false);
        Dormant.Add(dormant);
        return true;
    }

    /// <summary>A run that this process holds is tried again, like any other open run of the journal.</summary>
    private bool TryLetGo(FlowRun known) => known.IsHeld && _runs.TryRemove(new(known.Id, known));

    /// <summary>Executes an open run from its entries.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="epoch">The epoch to write under.</param>
    /// <param name="isWoken">Whether it goes back to where it waits, which takes no place and announces nothing again.</param>
    /// <param name="offered">A flow to take when none is registered.</param>
    private async Task<FlowRun> ContinueAsync(List<JournalEntry> entries, long epoch, bool isWoken, IFlowDefinition? offered = null)
    {
        var started = (RunStartedEntry)entries[0];
        var flow = FindFlow(started.RunId, started.Flow, offered);
        await RequireAgentsAsync(entries).ConfigureAwait(false);
        var resumes = entries.AsEnumerable().Reverse().TakeWhile(entry => entry.Kind is JournalEntryKind.RunResumed or JournalEntryKind.EffectIntended).Count(entry => entry.Kind == JournalEntryKind.RunResumed);
        if (resumes >= Options.MaxFruitlessResumes) throw new RunHeldException(new(started.RunId, started.FlowName, $"quarantined: it was resumed {resumes} times without any progress. Find out whether it kills its process, and raise FlowRuntimeOptions.MaxFruitlessResumes to try it again"));
        var run = Readable(started, () => flow.Restore(this, entries, epoch));
        if (_runs.GetOrAdd(run.Id, run) is var known && known != run) return known;
        Dormant.TryRemove(run.Id, out _);

        // The attempt to resume is on record before it executes: a run that kills its process is recognised.
        try
        {
            await run.FlushAsync().ConfigureAwait(false);
        }
        catch
        {
            _runs.TryRemove(run.Id, out _);
            throw;
        }

        if (TryBegin(run)) run.Recover(isWoken);
        return run;
    }

    /// <summary>A run whose input or result is not what its flow reads today stays as it is, until somebody says how to read it.</summary>
    private static FlowRun Readable(RunStartedEntry started, Func<FlowRun> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FlowNondeterminismException or PayloadException)
        {
            throw new RunHeldException(new(started.RunId, started.FlowName, exception.Message));
        }
    }

    /// <summary>All entries of a run in the journal.</summary>
    internal async ValueTask<List<JournalEntry>> ReadAsync(RunId id, CancellationToken cancellationToken) =>
        Decode(id, await Options.Journal!.ReadAsync(id, 0, cancellationToken).ConfigureAwait(false));

    private static List<JournalEntry> Decode(RunId id, IReadOnlyList<StoredEntry> stored)
    {
        try
        {
            return [.. stored.Select(EntryDecoder.Decode)];
        }
        catch (JournalFormatException exception)
        {
            throw new RunHeldException(new(id, "", exception.Message));
        }
    }

    /// <summary>Whether a flow is registered that continues this one. What there is to say otherwise needs the run's first entry.</summary>
    private bool IsStructureOf(FlowIdentity recorded) =>
        Steps.Find(recorded.Name, recorded.Version) is IFlowDefinition exact ? exact.Fingerprint == recorded.Fingerprint : Steps.FindSuccessor(recorded.Name, recorded.Version) is not null;

    /// <summary>The version that the run was started with, or the lowest one that declares that it resumes it.</summary>
    private IFlowDefinition FindFlow(RunId id, FlowIdentity recorded, IFlowDefinition? offered = null)
    {
        var exact = Steps.Find(recorded.Name, recorded.Version) as IFlowDefinition;
        if (exact is null && offered?.Identity is { } identity && identity.Name == recorded.Name && identity.Version == recorded.Version) exact = offered;
        if (exact is not null)
        {
            if (exact.Fingerprint == recorded.Fingerprint) return exact;
            throw new RunHeldException(new(id, recorded.Name, $"flow '{recorded.Name}' version {recorded.Version} has another structure than the run was started with (fingerprint {recorded.Fingerprint}, now {exact.Fingerprint}): {StructureChange.Describe(recorded.Structure, exact.Identity.Structure)}. Give the changed flow a new version and keep the old one registered"));
        }

        return Steps.FindSuccessor(recorded.Name, recorded.Version)
            ?? throw new RunHeldException(new(id, recorded.Name, $"flow '{recorded.Name}' version {recorded.Version} is not registered; add it to FlowRuntime.Steps, or a newer one with .Version(n, resumes: {recorded.Version})"));
    }
}
