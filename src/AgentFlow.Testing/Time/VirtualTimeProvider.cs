using System.Diagnostics;

namespace AgentFlow.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Now, timestamps and timers are virtual, so
/// <see cref="Task.Delay(TimeSpan, TimeProvider)"/> and
/// <see cref="CancellationTokenSource(TimeSpan, TimeProvider)"/> wait for <see cref="Advance"/> and for nothing else.
/// </summary>
/// <remarks>
/// Thread-safe. Timers fire on the advancing thread, in the order they are due; timers due at the same instant fire in
/// the order they were created. During a callback the clock shows the instant the timer was due. A timer that is due at
/// once fires with the next <see cref="Advance"/>, <c>Advance(TimeSpan.Zero)</c> included. Concurrent advances happen
/// one after another and add up. A runtime on this clock adds no random jitter to the back-off of its retries.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class VirtualTimeProvider : TimeProvider, IManualClock
{
    private readonly Lock _advancing = new();
    private readonly Lock _state = new();
    private readonly SortedSet<VirtualTimer> _timers = new(VirtualTimer.FiringOrder);
    private long _elapsed;
    private long _timersCreated;

    /// <summary>Creates a clock that shows 1 January 2030, 00:00 UTC.</summary>
    public VirtualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Creates a clock that shows a given instant.</summary>
    /// <param name="start">The instant the clock starts at.</param>
    public VirtualTimeProvider(DateTimeOffset start) => Start = start.ToUniversalTime();

    /// <summary>The instant the clock started at, in UTC.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>How far the clock has been moved since its start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp());

    /// <summary>When the next timer is due, or <see langword="null"/> when no timer is armed.</summary>
    public DateTimeOffset? NextTimerDue
    {
        get
        {
            lock (_state)
            {
                return _timers.Min is { } next ? Start.AddTicks(next.Due) : null;
            }
        }
    }

    /// <summary>Called when a timer was armed, on the arming thread.</summary>
    internal Action? Armed { get; set; }

    /// <summary>The timer that is due next.</summary>
    internal VirtualTimer? NextTimer
    {
        get
        {
            lock (_state)
            {
                return _timers.Min;
            }
        }
    }

    /// <summary>Whether a timer is due at the instant the clock shows.</summary>
    internal bool HasDueTimer
    {
        get
        {
            lock (_state)
            {
                return _timers.Min is { } next && next.Due <= _elapsed;
            }
        }
    }

    /// <summary>How many timers are armed.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_state)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>Always UTC, so that no test depends on the machine it runs on.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    private string DebuggerDisplay =>
        $"{Elapsed} elapsed, {ArmedTimers} timers, next due {NextTimerDue?.ToString("O") ?? "never"}";

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start.AddTicks(GetTimestamp());

    /// <summary>The virtual time since the start, in ticks of 100 ns.</summary>
    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    /// <summary>Moves the clock forward and fires every timer that becomes due on the way, periodic ones repeatedly.</summary>
    /// <param name="delta">How far to move; zero fires what is already due.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is negative.</exception>
    /// <remarks>An exception from a callback ends the advance at the instant that timer was due and reaches the caller.</remarks>
    public void Advance(TimeSpan delta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delta, TimeSpan.Zero);
        lock (_advancing)
        {
            AdvanceTo(GetTimestamp() + delta.Ticks);
        }
    }

    /// <summary>Moves the clock to the instant the next timer is due and fires all timers due then.</summary>
    /// <returns><see langword="false"/>, with the clock unmoved, when no timer is armed.</returns>
    public bool AdvanceToNextTimer()
    {
        lock (_advancing)
        {
            long target;
            lock (_state)
            {
                if (_timers.Min is not { } next)
                {
                    return false;
                }

                target = Math.Max(next.Due, _elapsed);
            }

            AdvanceTo(target);
            return true;
        }
    }

    /// <summary>Fires one timer that is due at the instant the clock shows: the oldest, or with <paramref name="pick"/> any of them.</summary>
    internal bool FireOneDue(Random? pick)
    {
        lock (_advancing)
        {
            if (TakeDue(GetTimestamp(), pick) is not { } timer)
            {
                return false;
            }

            timer.Fire();
            return true;
        }
    }

    /// <summary>Moves the clock to an instant without firing anything. No timer may be due before it.</summary>
    internal void MoveTo(DateTimeOffset instant)
    {
        lock (_state)
        {
            Interlocked.Exchange(ref _elapsed, Math.Max(_elapsed, (instant - Start).Ticks));
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state, Interlocked.Increment(ref _timersCreated));
        timer.Change(dueTime, period);
        return timer;
    }

    internal bool Arm(VirtualTimer timer, long dueIn, long period)
    {
        lock (_state)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            // The set is ordered by Due, so a timer must be out of it while Due changes.
            _timers.Remove(timer);
            timer.Period = period;
            timer.IsArmed = dueIn != VirtualTimer.Never;
            if (timer.IsArmed)
            {
                timer.Due = _elapsed + dueIn;
                _timers.Add(timer);
            }
        }

        Armed?.Invoke();
        return true;
    }

    internal void Disarm(VirtualTimer timer)
    {
        lock (_state)
        {
            _timers.Remove(timer);
            timer.IsArmed = false;
            timer.IsDisposed = true;
        }
    }

    private void AdvanceTo(long target)
    {
        while (true)
        {
            while (TakeDue(target, null) is { } timer)
            {
                timer.Fire();
            }

            lock (_state)
            {
                // Another thread may have armed one that is due by the target.
                if (_timers.Min is { } next && next.Due <= target)
                {
                    continue;
                }

                // A callback may have advanced the clock past the target itself; time never goes back.
                Interlocked.Exchange(ref _elapsed, Math.Max(_elapsed, target));
                return;
            }
        }
    }

    private VirtualTimer? TakeDue(long target, Random? pick)
    {
        lock (_state)
        {
            if (_timers.Min is not { } timer || timer.Due > target)
            {
                return null;
            }

            if (pick is not null)
            {
                var together = _timers.TakeWhile(other => other.Due == timer.Due).ToList();
                timer = together[pick.Next(together.Count)];
            }

            _timers.Remove(timer);
            timer.IsArmed = false;
            Interlocked.Exchange(ref _elapsed, Math.Max(_elapsed, timer.Due));
            if (timer.Period > 0)
            {
                timer.Due += timer.Period;
                timer.IsArmed = true;
                _timers.Add(timer);
            }

            return timer;
        }
    }
}
