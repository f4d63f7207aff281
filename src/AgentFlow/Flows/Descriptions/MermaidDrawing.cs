namespace AgentFlow;

internal sealed class MermaidDrawing(FlowDescription flow)
{
    public string Draw() => flow.Name;
}
