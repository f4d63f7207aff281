using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>
/// A timer to a date, however far away: the clock's own timers end after 49 days, and may fire a little early. A date that is past
/// needs no clock.
/// </summary>
internal sealed class DateTimer : IDisposable, IThreadPoolWorkItem
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _due;
    private readonly object _state;
    private readonly Action<object> _fire;
    private readonly ITimer _timer;

    private DateTimer(TimeProvider time, DateTimeOffset due, object state, Action<object> fire)
    {
        (_time, _due, _state, _fire) = (time, due, state, fire);
        _timer = time.CreateTimer(static state => ((DateTimer)state!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static DateTimer Start(TimeProvider time, WorkDispatcher dispatcher, DateTimeOffset due, object state, Action<object> fire)
    {
        var timer = new DateTimer(time, due, state, fire);
        var left = due - time.GetUtcNow();
        if (left > TimeSpan.Zero) timer.Arm(left);
        else dispatcher.Dispatch(timer);
        return timer;
    }

    void IThreadPoolWorkItem.Execute() => _fire(_state);

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        var left = _due - _time.GetUtcNow();
        if (left <= TimeSpan.Zero) _fire(_state);
        else Arm(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left);
    }

    private void Arm(TimeSpan left) => _timer.Change(left > Longest ? Longest : left, Timeout.InfiniteTimeSpan);
}
