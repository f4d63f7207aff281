using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

/// <summary>An admission on a pumped dispatcher that notes in which order named runs were admitted.</summary>
internal sealed class AdmissionScenario
{
    private readonly PumpedDispatcher _dispatcher = new();

    public AdmissionScenario(int? runs, int queued = 10_000, QueueFullMode whenFull = QueueFullMode.Wait) =>
        Admission = new RunAdmission(
            new SchedulerOptions { MaxConcurrentRuns = runs, MaxQueuedRuns = queued, WhenFull = whenFull }, _dispatcher);

    public RunAdmission Admission { get; }

    public List<string> Order { get; } = [];

    public Task[] Enter(
        string name,
        int count,
        RunPriority priority = RunPriority.Normal,
        bool mustAccept = false,
        CancellationToken cancellationToken = default) =>
        [.. Enumerable.Range(0, count).Select(_ => EnterAsync(name, priority, mustAccept, cancellationToken))];

    public void Pump() => _dispatcher.Pump();

    public void ExitAndPump(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Admission.Exit();
            Pump();
        }
    }

    private async Task EnterAsync(string name, RunPriority priority, bool mustAccept, CancellationToken cancellationToken)
    {
        await Admission.EnterAsync(priority, mustAccept, cancellationToken).ConfigureAwait(false);
        Order.Add(name);
    }
}
