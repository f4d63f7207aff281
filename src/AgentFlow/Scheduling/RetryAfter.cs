using System.Globalization;

namespace AgentFlow.Scheduling;

/// <summary>When a service that had enough wants to be asked again. Immutable.</summary>
public readonly record struct RetryAfter
{
    private readonly TimeSpan _delay;
    private readonly DateTimeOffset? _date;

    private RetryAfter(TimeSpan delay, DateTimeOffset? date)
    {
        _delay = delay;
        _date = date;
    }

    /// <summary>After a time from now on.</summary>
    /// <param name="delay">The time; a negative one is zero.</param>
    public static RetryAfter In(TimeSpan delay) => new(delay < TimeSpan.Zero ? TimeSpan.Zero : delay, null);

    /// <summary>At a date.</summary>
    /// <param name="date">The date; one that has passed means now.</param>
    public static RetryAfter At(DateTimeOffset date) => new(default, date);

    /// <summary>Reads the value of an HTTP <c>Retry-After</c> header: seconds or a date.</summary>
    /// <param name="header">The value.</param>
    /// <returns><see langword="null"/> when it is neither.</returns>
    public static RetryAfter? Parse(string? header)
    {
        if (string.IsNullOrWhiteSpace(header)) return null;
        if (double.TryParse(header, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds)) return In(Seconds(seconds));
        return DateTimeOffset.TryParseExact(header.Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? At(date) : null;
    }

    /// <summary>
    /// What exceptions say without a reference to the client's package: <see cref="Exception.Data"/> under <c>Retry-After</c> (a
    /// <see cref="TimeSpan"/>, a <see cref="DateTimeOffset"/> or the header's text), and otherwise one second for HTTP 429 and 503, read as
    /// <see cref="ModelOutage.StatusOf"/> reads them. Wrapped exceptions are looked into.
    /// </summary>
    /// <remarks>
    /// <see cref="System.Net.Http.HttpRequestException"/> carries no headers, and the exceptions of OpenAI's and Azure's clients only through
    /// their own types: a host that references them sets <see cref="SchedulerOptions.RetryAfter"/> to read the header there.
    /// </remarks>
    /// <param name="exception">What an effect of the lane threw.</param>
    public static RetryAfter? Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var current = exception; current is not null; current = current.InnerException)
        {
            var told = current.Data["Retry-After"] switch
            {
                TimeSpan delay => In(delay),
                DateTimeOffset date => At(date),
                string header => Parse(header),
                _ => (RetryAfter?)null,
            };
            if (told is not null) return told;
            if (ModelOutage.StatusOf(current) is 429 or 503) return In(TimeSpan.FromSeconds(1));
        }

        return null;
    }

    internal TimeSpan DelayFrom(DateTimeOffset now) => _date is { } date ? date - now : _delay;

    private static TimeSpan Seconds(double seconds) => seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
}
