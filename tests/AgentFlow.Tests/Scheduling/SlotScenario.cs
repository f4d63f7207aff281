using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

/// <summary>A scheduler on a pumped dispatcher that notes in which order named effects got their slots.</summary>
internal sealed class SlotScenario
{
    private readonly Queue<Slot> _held = new();

    public SlotScenario(int? global = null, int? lane = null)
    {
        var options = new SchedulerOptions { MaxConcurrentEffects = global };
        if (lane is { } limit)
        {
            options.AddLane("lane", limit);
        }

        Scheduler = new EffectScheduler(options, Dispatcher);
        Lane = Scheduler.FindLane("lane");
    }

    public PumpedDispatcher Dispatcher { get; } = new();

    public EffectScheduler Scheduler { get; }

    public Lane? Lane { get; }

    public List<string> Order { get; } = [];

    public int Held => _held.Count;

    public RunQueue Run(RunPriority priority = RunPriority.Normal) => Scheduler.CreateRunQueue(priority);

    public async Task Effect(string name, RunQueue run, Lane? lane = null, CancellationToken cancellationToken = default)
    {
        Slot slot = await Scheduler.AcquireAsync(lane, run, cancellationToken).ConfigureAwait(false);
        Order.Add(name);
        _held.Enqueue(slot);
    }

    public Task[] Effects(string name, int count, RunQueue run, Lane? lane = null, CancellationToken cancellationToken = default) =>
        [.. Enumerable.Range(0, count).Select(_ => Effect(name, run, lane, cancellationToken))];

    /// <summary>Ends the effect that has run the longest; continuations wait for the pump.</summary>
    public void ReleaseOldest() => _held.Dequeue().Release();

    public void ReleaseOldestAndPump(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            ReleaseOldest();
            Dispatcher.Pump();
        }
    }

    public void ReleaseAll()
    {
        while (_held.Count > 0)
        {
            ReleaseOldestAndPump();
        }
    }
}
