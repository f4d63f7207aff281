using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <content>What a runtime keeps about its models.</content>
public sealed partial class FlowRuntime
{
    private readonly ConditionalWeakTable<CatalogModel, ModelCircuit> _circuits = [];

    internal ModelCircuit CircuitOf(CatalogModel model) => _circuits.GetValue(model, model => new(model.Info.Circuit, Models, Time));
}
