using System.Globalization;
using System.Net;

namespace AgentFlow;

/// <summary>Reads from a client's exception what happened at the other end, as far as exceptions say it without a reference to the client's package.</summary>
public static class ModelOutage
{
    /// <summary>
    /// Whether a failure means that the model cannot be reached or cannot serve now: no connection, a time limit, HTTP 408, 429 and 5xx.
    /// The status comes from <see cref="HttpRequestException.StatusCode"/>, or from a message that begins with <c>HTTP 503</c> or contains
    /// <c>Status: 503</c>, as the clients of OpenAI and Azure write it. Of wrapped exceptions the innermost that says something counts.
    /// </summary>
    /// <param name="exception">What the client threw.</param>
    public static bool IsOutage(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (StatusOf(current) is { } status) return status is 408 or 429 or >= 500;
            if (current is HttpRequestException or TimeoutException or IOException or Polly.Timeout.TimeoutRejectedException or Polly.CircuitBreaker.BrokenCircuitException) return true;
        }

        return false;
    }

    /// <summary>The HTTP status that an exception speaks of, or <see langword="null"/>.</summary>
    /// <param name="exception">What the client threw; wrapped exceptions are not looked into.</param>
    public static int? StatusOf(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (exception is HttpRequestException http) return (int?)http.StatusCode;
        if (exception is WebException or OperationCanceledException) return null;
        var message = EffectOutcome.MessageOf(exception).AsSpan();
        if (message.StartsWith("HTTP ", StringComparison.Ordinal)) return Number(message[5..]);
        var at = message.IndexOf("Status: ", StringComparison.Ordinal);
        return at < 0 ? null : Number(message[(at + 8)..]);
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        text.Length >= 3 && (text.Length == 3 || !char.IsAsciiDigit(text[3]))
        && int.TryParse(text[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599 ? status : null;
}
