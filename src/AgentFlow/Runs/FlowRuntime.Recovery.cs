using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>What became of the open runs of a journal.</summary>
/// <param name="Resumed">The runs that continue in this process.</param>
/// <param name="Held">The runs that do not, each with the reason. Nothing was written to them.</param>
public sealed record RecoveryReport(IReadOnlyList<RunId> Resumed, IReadOnlyList<HeldRun> Held);

/// <summary>An open run that was not resumed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Flow">The flow it executes; empty when its entries cannot be read.</param>
/// <param name="Reason">Why, and what to do.</param>
public sealed record HeldRun(RunId RunId, string Flow, string Reason);

public sealed partial class FlowRuntime
{
    private const int MaxResumes = 5;

    /// <summary>
    /// Continues every open run of the journal at the granularity of single effects: recorded results are reused, requests and
    /// timers are opened again. Call it once after the flows are registered in <see cref="Steps"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the recovery between two runs.</param>
    /// <exception cref="InvalidOperationException">The runtime has no durable journal.</exception>
    public async Task<RecoveryReport> RecoverAsync(CancellationToken cancellationToken = default)
    {
        var journal = Options.Journal ?? throw new InvalidOperationException("There is nothing to recover from: set FlowRuntimeOptions.Journal.");
        var (resumed, held) = (new List<RunId>(), new List<HeldRun>());
        await foreach (var stored in journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!stored.IsOpen || _runs.ContainsKey(stored.RunId)) continue;
            var obstacle = await RecoverAsync(journal, stored, cancellationToken).ConfigureAwait(false);
            if (obstacle is null) resumed.Add(stored.RunId);
            else held.Add(obstacle);
        }

        return new(resumed, held);
    }

    private async ValueTask<HeldRun?> RecoverAsync(IJournal journal, StoredRun stored, CancellationToken cancellationToken)
    {
        List<JournalEntry> entries;
        try
        {
            entries = [.. (await journal.ReadAsync(stored.RunId, cancellationToken).ConfigureAwait(false)).Select(EntryDecoder.Decode)];
        }
        catch (JournalFormatException exception)
        {
            return new(stored.RunId, "", exception.Message);
        }

        var started = (RunStartedEntry)entries[0];
        if (Obstacle(started, entries, out var flow) is { } reason) return new(stored.RunId, started.FlowName, reason);
        var run = flow!.Restore(this, entries, stored.Epoch + 1);
        if (!_runs.TryAdd(run.Id, run)) return new(stored.RunId, started.FlowName, "it is running in this process already");

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

        if (TryBegin(run)) run.Recover();
        return null;
    }

    private string? Obstacle(RunStartedEntry started, List<JournalEntry> entries, out IFlowDefinition? flow)
    {
        flow = Steps.Find(started.FlowName, started.FlowVersion) as IFlowDefinition;
        if (flow is null) return $"flow '{started.FlowName}' version {started.FlowVersion} is not registered; add it to FlowRuntime.Steps";
        if (flow.Fingerprint != started.Fingerprint)
        {
            return $"flow '{started.FlowName}' version {started.FlowVersion} has another structure than the run was started with (fingerprint {started.Fingerprint}, now {flow.Fingerprint}); give the changed flow a new version and keep the old one registered";
        }

        var resumes = entries.AsEnumerable().Reverse().TakeWhile(entry => entry.Kind is JournalEntryKind.RunResumed or JournalEntryKind.EffectIntended).Count(entry => entry.Kind == JournalEntryKind.RunResumed);
        return resumes < MaxResumes ? null : $"quarantined: it was resumed {resumes} times without any progress";
    }
}
