using System.Globalization;

namespace AgentFlow;

/// <summary>What is known about a schedule, as one line of its record.</summary>
/// <param name="Decided">Everything up to this instant is decided: fired, or left out.</param>
/// <param name="Fired">The time of the last run; null before the first.</param>
/// <param name="IsPaused">Whether it is paused.</param>
/// <param name="Timetable">The timetable, as text.</param>
internal sealed record ScheduleState(DateTimeOffset Decided, DateTimeOffset? Fired, bool IsPaused, string Timetable)
{
    private const char Separator = '|';

    public static ScheduleState Parse(string text)
    {
        var fields = text.Split(Separator, 4);
        if (fields.Length != 4) throw new FormatException($"'{text}' is no state of a schedule.");
        return new(Read(fields[0]), fields[1].Length == 0 ? null : Read(fields[1]), fields[2] == "paused", fields[3]);
    }

    public override string ToString() => string.Join(Separator, Write(Decided), Fired is { } fired ? Write(fired) : "", IsPaused ? "paused" : "active", Timetable);

    public static string Write(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Read(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
