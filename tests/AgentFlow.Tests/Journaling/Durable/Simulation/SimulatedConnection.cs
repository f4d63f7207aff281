using System.Runtime.CompilerServices;
using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Journaling.Durable.Simulation;

/// <summary>
/// The store as one process sees it: appends take their time, in any order with everything else that happens; one of them may fail,
/// with or without having been written, and from then on all of them do.
/// </summary>
/// <param name="store">What is durable.</param>
/// <param name="dispatcher">When things happen.</param>
/// <param name="random">How long they take.</param>
/// <param name="faultAt">Which append fails, from 1; 0 for none.</param>
/// <param name="losesAcknowledgement">Whether the append that fails was written all the same.</param>
internal sealed class SimulatedConnection(SimulatedStore store, WorkDispatcher dispatcher, Random random, int faultAt, bool losesAcknowledgement) : IJournal
{
    private readonly RunId _run = RunId.Parse(SimulatedWorld.Run);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private int _appends;

    public bool HasFailed { get; private set; }

    /// <summary>Appends that were asked for and not written.</summary>
    public int Unwritten { get; private set; }

    /// <summary>Appends that were written and not acknowledged.</summary>
    public int Unacknowledged { get; private set; }

    public async ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        Assert.Equal(_run, runId);
        if (Environment.CurrentManagedThreadId != _thread) store.Violations.Add("something happens on another thread: the seed would not repeat it");
        if (HasFailed) throw new LostJournalException();
        var isFaulty = ++_appends == faultAt;
        Unwritten++;
        if (random.Next(3) > 0) await new Runs.Yielding(dispatcher);
        if (HasFailed || (isFaulty && !losesAcknowledgement)) throw Fail();
        store.Append(runId, epoch, entries);
        Unwritten--;
        Unacknowledged++;
        if (random.Next(3) > 0) await new Runs.Yielding(dispatcher);
        if (isFaulty) throw Fail();
        Unacknowledged--;
    }

    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken) =>
        new(runId == _run ? [.. store.Entries.Skip(after)] : []);

    public async IAsyncEnumerable<StoredRun> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (store.Last is { } last) yield return new(_run, last, store.Entries.Count, store.Epoch);
    }

    private LostJournalException Fail()
    {
        HasFailed = true;
        return new();
    }
}
