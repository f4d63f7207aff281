namespace AgentFlow;

/// <summary>Every so often, counted from an instant.</summary>
internal sealed class IntervalTimetable(TimeSpan interval, DateTimeOffset? from) : Timetable
{
    public override string ToString() => from is null ? $"every {interval:c}" : $"every {interval:c} from {from.Value.UtcDateTime:O}";

    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        var origin = from ?? DateTimeOffset.UnixEpoch;
        if (instant < origin) return from is null ? null : origin.ToUniversalTime();
        var next = origin.UtcTicks + ((((instant - origin).Ticks / interval.Ticks) + 1) * interval.Ticks);
        return next < DateTimeOffset.MaxValue.UtcTicks ? new(next, TimeSpan.Zero) : null;
    }
}
