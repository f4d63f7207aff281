namespace AgentFlow.Scheduling;

/// <summary>The right to run one attempt. Release it exactly once; the default value holds nothing.</summary>
internal readonly struct Slot(Lane? lane, Lane? global, RateCharge? charge = null)
{
    /// <summary>The attempt begins now. What never began took nothing of a lane's rates.</summary>
    public void Begin() => charge?.Lane.Begin(charge);

    /// <summary>What the attempt really took.</summary>
    public void Settle(long tokens) => charge?.Lane.Settle(charge, tokens);

    /// <summary>The attempt has failed.</summary>
    public void Observe(Exception exception) => charge?.Lane.Observe(exception);

    public void Release()
    {
        global?.Exit();
        if (charge is not null) charge.Lane.Exit(charge);
        else lane?.Exit();
    }
}
