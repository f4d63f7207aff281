using System.ClientModel;
using System.Globalization;
using System.Text.Json;

namespace InsuranceClaims.OpenAi;

/// <summary>Turns what the HTTP client throws into one exception that says where, what and what to do.</summary>
internal static class EndpointFailures
{
    private const int LongestDetail = 300;

    /// <summary>Whether an exception is the endpoint's failure; a cancellation by the caller is not.</summary>
    public static bool IsEndpointFailure(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        ModelEndpointException => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        ClientResultException or IOException or HttpRequestException or AggregateException or JsonException or FormatException => true,
        _ => false,
    };

    public static ModelEndpointException Describe(Exception failure, Uri endpoint, string model)
    {
        var place = $"The model endpoint {endpoint} ({model})";
        if (failure is ClientResultException { Status: > 0 } answered)
        {
            var response = answered.GetRawResponse();
            var wait = RetryAfter(response);
            var text = $"{place} answered {answered.Status}{Detail(response)}. {Cure(answered.Status, wait)}";
            return new(text, failure) { Status = answered.Status, RetryAfter = wait };
        }
        return failure is OperationCanceledException
            ? new($"{place} did not answer in time.", failure)
            : new($"{place} could not be reached, or broke off: {Innermost(failure).Message}", failure);
    }

    public static ModelEndpointException CutStream(Uri endpoint, string model) =>
        new($"The model endpoint {endpoint} ({model}) ended its stream without a finish reason: the answer is incomplete.");

    private static string Cure(int status, TimeSpan? wait) => status switch
    {
        401 or 403 => "Check OPENAI_API_KEY.",
        404 => "Check OPENAI_BASE_URL and OPENAI_MODEL.",
        429 when wait is { } time => string.Create(CultureInfo.InvariantCulture, $"It asks to wait {time.TotalSeconds:0.#} s."),
        429 => "Wait, or raise the rate limit.",
        >= 500 => "Try again later.",
        _ => "The request is not to its liking.",
    };

    private static string Detail(System.ClientModel.Primitives.PipelineResponse? response)
    {
        if (response is null)
            return "";
        try
        {
            using var body = JsonDocument.Parse(response.Content);
            if (body.RootElement.TryGetProperty("error", out var error) && error.TryGetProperty("message", out var message))
                return ": " + message.GetString()!.TrimEnd('.');
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Not every proxy answers with JSON; its text says enough.
            return ": " + Short(response.Content.ToString());
        }
        return "";
    }

    private static string Short(string text) => text.Length <= LongestDetail ? text.Trim() : text[..LongestDetail].Trim() + " …";

    private static TimeSpan? RetryAfter(System.ClientModel.Primitives.PipelineResponse? response)
    {
        if (response is null)
            return null;
        if (response.Headers.TryGetValue("retry-after-ms", out var milliseconds) && double.TryParse(milliseconds, CultureInfo.InvariantCulture, out var ms))
            return TimeSpan.FromMilliseconds(ms);
        return response.Headers.TryGetValue("Retry-After", out var seconds) && double.TryParse(seconds, CultureInfo.InvariantCulture, out var s)
            ? TimeSpan.FromSeconds(s) : null;
    }

    private static Exception Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner;
        return failure;
    }
}
