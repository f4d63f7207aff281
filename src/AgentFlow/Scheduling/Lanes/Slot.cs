namespace AgentFlow.Scheduling;

/// <summary>The right to run one attempt. Release it exactly once; the default value holds nothing.</summary>
internal readonly struct Slot(Lane? lane, Lane? global)
{
    public void Release()
    {
        global?.Exit();
        lane?.Exit();
    }
}
