namespace AgentFlow;

/// <summary>The ranges of times in options, checked where an option is written.</summary>
internal static class OptionRange
{
    /// <summary>No date that a run waits for is further away.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);

    public static TimeSpan Timeout(TimeSpan value, TimeSpan most, string parameter) => Within(value, ShortestTimeout, most, parameter);

    /// <summary>A back-off, or a pause before another attempt.</summary>
    public static TimeSpan Delay(TimeSpan value, string parameter) => Within(value, TimeSpan.Zero, Day, parameter);

    public static TimeSpan Within(TimeSpan value, TimeSpan least, TimeSpan most, string parameter) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(parameter, value, $"Use {least:c} to {most:c} ([days.]hours:minutes:seconds).");

    public static TEnum Defined<TEnum>(TEnum value, string parameter)
        where TEnum : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(parameter, value, $"Use one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
}
