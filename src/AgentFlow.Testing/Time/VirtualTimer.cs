using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace AgentFlow.Testing;

/// <summary>A timer of a <see cref="VirtualTimeProvider"/>; its fields are guarded by the provider's lock.</summary>
[DebuggerDisplay("timer {_number}, due {System.TimeSpan.FromTicks(Due)}")]
internal sealed class VirtualTimer(VirtualTimeProvider owner, TimerCallback callback, object? state, long number) : ITimer
{
    internal const long Never = -1;

    // The longest wait the system's own timers accept.
    private const long MaxMilliseconds = uint.MaxValue - 1;

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly long _number = number;
    private readonly LiveEffect? _sleeper = IsSleepState(state) ? LiveEffect.Current : null;
    private bool _isArmed;

    internal static IComparer<VirtualTimer> FiringOrder { get; } = Comparer<VirtualTimer>.Create(static (x, y) =>
        x.Due != y.Due ? x.Due.CompareTo(y.Due) : x._number.CompareTo(y._number));

    internal long Due { get; set; }

    internal long Period { get; set; }

    internal bool IsDisposed { get; set; }

    internal bool IsSleep => IsSleepState(state);

    internal bool IsArmed
    {
        get => _isArmed;
        set
        {
            if (value != _isArmed)
            {
                _sleeper?.Sleep(value ? 1 : -1);
            }

            _isArmed = value;
        }
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) =>
        owner.Arm(this, Ticks(dueTime, nameof(dueTime)), Ticks(period, nameof(period)));

    public void Dispose() => owner.Disarm(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    internal void Fire()
    {
        if (_context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Invoke(), this);
        }
    }

    /// <remarks>
    /// Somebody who sleeps has nothing else to wait for: <see cref="Task.Delay(TimeSpan, TimeProvider)"/> and
    /// <see cref="PeriodicTimer"/>. Every other timer guards something that may end before: time-outs of cancellation
    /// sources and of <c>WaitAsync</c> (a generic task). Told apart by the kind of their state, for want of anything better.
    /// </remarks>
    private static bool IsSleepState(object? state) => state is Task ? !state.GetType().IsGenericType : state is IValueTaskSource<bool>;

    private static long Ticks(TimeSpan value, string name)
    {
        if (value == Timeout.InfiniteTimeSpan)
        {
            return Never;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMilliseconds(MaxMilliseconds), name);
        return value.Ticks;
    }

    private void Invoke() => callback(state);
}
