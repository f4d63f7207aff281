namespace AgentFlow.Scheduling;

/// <summary>
/// Which runs execute, which queue, which wait at the door. At most <see cref="SchedulerOptions.MaxConcurrentRuns"/>
/// execute and <see cref="SchedulerOptions.MaxQueuedRuns"/> queue; the door holds only suspended callers: starts under
/// <see cref="QueueFullMode.Wait"/> and resumed runs. Thread-safe; interlocked while run slots are free.
/// </summary>
internal sealed class RunAdmission
{
    private readonly Lock _gate = new();
    private readonly WorkDispatcher _dispatcher;
    private readonly Lane _places;
    private readonly bool _rejects;
    private readonly AdmissionLine[] _lines;
    private PriorityTurns _turns;
    private SlotCount _slots;
    private int _queued;

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public RunAdmission(SchedulerOptions options, WorkDispatcher dispatcher)
    {
        options.Validate();
        _dispatcher = dispatcher;
        IsUnlimited = options.MaxConcurrentRuns is null;
        _slots = new SlotCount(options.MaxConcurrentRuns ?? int.MaxValue);
        _rejects = options.WhenFull == QueueFullMode.Reject;
        _places = new Lane("(queued runs)", options.MaxQueuedRuns);
        _lines = new AdmissionLine[PriorityTurns.Levels];
        for (int i = 0; i < _lines.Length; i++)
        {
            _lines[i] = new AdmissionLine(options.MaxQueuedRuns);
        }
    }

    /// <summary>No limit on executing runs: entering always succeeds at once and may be skipped.</summary>
    public bool IsUnlimited { get; }

    /// <summary>Runs that entered and did not exit; those that skipped entering are not counted.</summary>
    public int Running => _slots.Taken;

    /// <summary>Runs that have a place in the queue; never above <see cref="SchedulerOptions.MaxQueuedRuns"/>.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>
    /// Completes when the run may execute; <see cref="Exit"/> is owed then, and only then. <paramref name="mustAccept"/>
    /// marks a resumed run: with a full queue it waits at the door, it is never rejected.
    /// </summary>
    /// <exception cref="RunRejectedException">The queue is full and full means reject.</exception>
    public ValueTask EnterAsync(RunPriority priority, bool mustAccept, CancellationToken cancellationToken)
    {
        ValueTask<RunTicket> accepted = AcceptAsync(priority, mustAccept, cancellationToken);
        return accepted.IsCompletedSuccessfully
            ? accepted.Result.WaitAsync(cancellationToken)
            : EnterAcceptedAsync(accepted, cancellationToken);
    }

    /// <summary>
    /// The first half of <see cref="EnterAsync"/>: completes as soon as the run has its place in the queue, so that a
    /// start can return a handle to a queued run and still be held back by a full queue.
    /// </summary>
    /// <exception cref="RunRejectedException">The queue is full and full means reject.</exception>
    public ValueTask<RunTicket> AcceptAsync(RunPriority priority, bool mustAccept, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RunTicket>(cancellationToken);
        }

        if (_slots.TryTake())
        {
            return default;
        }

        if (_places.TryEnter())
        {
            return new ValueTask<RunTicket>(EnterQueue(priority));
        }

        return _rejects && !mustAccept
            ? ValueTask.FromException<RunTicket>(new RunRejectedException(Queued, _places.Capacity))
            : WaitAtDoorAsync(priority, cancellationToken);
    }

    /// <summary>The run ended or was suspended: its slot goes to the next in the queue.</summary>
    public void Exit()
    {
        while (!_slots.TryReturn())
        {
            if (TakeNext() is { } next)
            {
                next.OnAdmitted();
                _places.Exit();
                return;
            }
        }
    }

    /// <summary>False when the run is not queued any more.</summary>
    internal bool TryWithdraw(AdmissionWaiter waiter)
    {
        lock (_gate)
        {
            if (!waiter.IsQueued)
            {
                return false;
            }

            _lines[(int)waiter.Priority].Drop(waiter);
            CountOneLess();
        }

        _places.Exit();
        return true;
    }

    private static async ValueTask EnterAcceptedAsync(ValueTask<RunTicket> accepted, CancellationToken cancellationToken)
    {
        RunTicket ticket = await accepted.ConfigureAwait(false);
        await ticket.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<RunTicket> WaitAtDoorAsync(RunPriority priority, CancellationToken cancellationToken)
    {
        var waiter = new SlotWaiter(_places, new RunQueue(priority, global: null, _dispatcher));
        await waiter.AcquireAsync(_places, cancellationToken).ConfigureAwait(false);
        return EnterQueue(priority);
    }

    private RunTicket EnterQueue(RunPriority priority)
    {
        lock (_gate)
        {
            if (!_slots.TakeOrClose())
            {
                var waiter = new AdmissionWaiter(this, priority, _dispatcher);
                _lines[(int)priority].Add(waiter);
                _queued++;
                return new RunTicket(waiter);
            }
        }

        _places.Exit();
        return default;
    }

    private AdmissionWaiter? TakeNext()
    {
        lock (_gate)
        {
            if (_queued == 0)
            {
                return null;
            }

            RunPriority priority = _turns.Next(Waits(RunPriority.Low), Waits(RunPriority.Normal), Waits(RunPriority.High));
            AdmissionWaiter next = _lines[(int)priority].Take();
            CountOneLess();
            return next;
        }
    }

    private bool Waits(RunPriority priority) => _lines[(int)priority].Count > 0;

    private void CountOneLess()
    {
        if (--_queued == 0)
        {
            _slots.Reopen();
        }
    }
}
