namespace AgentFlow.Scheduling;

/// <summary>
/// A lane that also limits what begins within a minute, and pauses when the other end asks for it. Everything happens under its lock: calls of
/// models are few. Nobody overtakes a waiter, also not with a smaller call. Thread-safe.
/// </summary>
/// <remarks>
/// What was admitted and has not begun counts until it begins; then it counts for 60 seconds from there. So in any 60 seconds, wherever they
/// start, no more begins than the limit says.
/// </remarks>
internal sealed class RatedLane : Lane
{
    private readonly LaneOptions _options;
    private readonly Func<Exception, RetryAfter?> _retryAfter;
    private readonly TimeProvider _time;
    private readonly RateWindow _window;
    private readonly int _capacity;
    private int _running;
    private long _pausedUntil = long.MinValue;
    private ITimer? _timer;
    private long _wakesAt = long.MaxValue;

    public RatedLane(string name, LaneOptions options, Func<Exception, RetryAfter?> retryAfter, TimeProvider time)
        : base(name, options.MaxConcurrent)
    {
        _options = options;
        _retryAfter = retryAfter;
        _time = time;
        _capacity = options.MaxConcurrent;
        _window = new(options.MaxRequestsPerMinute, options.MaxTokensPerMinute, 60 * time.TimestampFrequency);
    }

    public override int Running => Volatile.Read(ref _running);

    /// <summary>How many tokens may begin within a minute; null when they are not counted.</summary>
    public int? TokenLimit => _options.MaxTokensPerMinute;

    /// <summary>Null when the caller has to wait.</summary>
    public RateCharge? TryCharge(long tokens)
    {
        lock (Gate)
        {
            return Line.IsEmpty ? Admit(tokens) : null;
        }
    }

    public override bool TryEnter() => throw new NotSupportedException($"Lane '{Name}' charges whoever enters: use TryCharge.");

    public override void Exit() => throw new NotSupportedException($"Lane '{Name}' charges whoever enters: give the charge back.");

    public override bool EnterOrQueue(SlotWaiter waiter)
    {
        lock (Gate)
        {
            if (Line.IsEmpty && Admit(waiter.Tokens) is { } charge)
            {
                waiter.Charge = charge;
                return true;
            }

            Line.Add(waiter, waiter.Queue.LineIn(this));
            Arm();
            return false;
        }
    }

    public override bool TryWithdraw(SlotWaiter waiter)
    {
        lock (Gate)
        {
            if (waiter.Line?.Lane != this) return false;
            Line.Remove(waiter);
        }

        // Whoever waited behind it may need less.
        Pump();
        return true;
    }

    /// <summary>The charged effect begins now.</summary>
    public void Begin(RateCharge charge)
    {
        lock (Gate)
        {
            _window.Begin(charge, _time.GetTimestamp());
            Arm();
        }
    }

    /// <summary>What the effect really took.</summary>
    public void Settle(RateCharge charge, long tokens)
    {
        lock (Gate) _window.Settle(charge, tokens);
        Pump();
    }

    /// <summary>The effect has ended, or will not begin at all.</summary>
    public void Exit(RateCharge charge)
    {
        lock (Gate)
        {
            _running--;
            _window.Refund(charge);
        }

        Pump();
    }

    /// <summary>An effect of the lane has failed: the other end may have asked for a pause.</summary>
    public void Observe(Exception exception)
    {
        if (AskedBy(exception) is not { } after) return;
        var pause = after.DelayFrom(_time.GetUtcNow());
        if (pause > _options.LongestPause) pause = _options.LongestPause;
        if (pause <= TimeSpan.Zero) return;
        lock (Gate)
        {
            _pausedUntil = Math.Max(_pausedUntil, _time.GetTimestamp() + Ticks(pause));
            Arm();
        }
    }

    private RetryAfter? AskedBy(Exception exception)
    {
        try
        {
            return _retryAfter(exception);
        }
        catch (Exception)
        {
            // The host's code that should have told cannot: the failure itself is what matters.
            return null;
        }
    }

    private RateCharge? Admit(long tokens)
    {
        var now = _time.GetTimestamp();
        if (_running == _capacity || now < _pausedUntil || _window.Admit(this, tokens, now) is not { } charge) return null;
        _running++;
        return charge;
    }

    private void Pump()
    {
        while (TakeNext() is { } next) next.OnEntered(this);
    }

    private SlotWaiter? TakeNext()
    {
        lock (Gate)
        {
            if (Line.IsEmpty) return null;
            if (Admit(Line.Peek().Tokens) is not { } charge)
            {
                Arm();
                return null;
            }

            var next = Line.Take();
            next.Charge = charge;
            return next;
        }
    }

    /// <summary>Wakes the lane when the next may fit. Under the lock.</summary>
    private void Arm()
    {
        if (Line.IsEmpty || _running == _capacity) return;
        var now = _time.GetTimestamp();
        var at = now < _pausedUntil ? _pausedUntil : _window.NextRoom;
        if (at is not { } due || due == _wakesAt && due > now) return;
        _wakesAt = due;

        // Rounded up: a timer counts in milliseconds, and one that comes too early would come again at once.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((due - now) * 1000d / _time.TimestampFrequency)));
        if (_timer is null) _timer = _time.CreateTimer(static lane => ((RatedLane)lane!).Wake(), this, wait, Timeout.InfiniteTimeSpan);
        else _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        lock (Gate) _wakesAt = long.MaxValue;
        Pump();
    }

    private long Ticks(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds * _time.TimestampFrequency);
}
