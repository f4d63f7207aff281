using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <content>What a runtime keeps about its models.</content>
public sealed partial class FlowRuntime
{
    private readonly ConditionalWeakTable<CatalogModel, ModelCircuit> _circuits = [];

    private int _parked;

    /// <summary>The responses that runs share; null when nobody keeps any.</summary>
    internal ResponseSharing? Sharing { get; }

    /// <summary>Effects that wait for another one, or for time: nothing of them happens outside.</summary>
    internal int Parked => Volatile.Read(ref _parked);

    /// <summary>Counts as parked until it is disposed.</summary>
    internal Parking Park(int effects = 1)
    {
        Interlocked.Add(ref _parked, effects);
        return new(this, effects);
    }

    internal void Unpark(int effects = 1) => Interlocked.Add(ref _parked, -effects);

    internal readonly struct Parking(FlowRuntime runtime, int effects) : IDisposable
    {
        public void Dispose() => runtime.Unpark(effects);
    }

    internal ModelCircuit CircuitOf(CatalogModel model) => _circuits.GetValue(model, model => new(model.Info.Circuit, Models, Time));
}
