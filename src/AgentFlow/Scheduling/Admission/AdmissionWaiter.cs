namespace AgentFlow.Scheduling;

/// <summary>A run that has a place in the queue and waits for its turn.</summary>
internal sealed class AdmissionWaiter(RunAdmission admission, RunPriority priority, WorkDispatcher dispatcher) : DispatchedWaiter<bool>
{
    private bool _withdrawn;

    public RunPriority Priority => priority;

    /// <summary>Guarded by the admission's lock.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Call it once.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        return new ValueTask(this, Version);
    }

    public void OnAdmitted() => dispatcher.Dispatch(this);

    protected override void Withdraw()
    {
        if (admission.TryWithdraw(this))
        {
            _withdrawn = true;
            dispatcher.Dispatch(this);
        }
    }

    protected override bool TryFinish(bool isCanceled, out bool result)
    {
        result = true;
        if (!_withdrawn && !isCanceled)
        {
            return true;
        }

        if (!_withdrawn)
        {
            admission.Exit();
        }

        return false;
    }
}
