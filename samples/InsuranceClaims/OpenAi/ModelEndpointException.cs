namespace InsuranceClaims.OpenAi;

/// <summary>The endpoint did not answer as it should. The message may be shown to users: it holds no key.</summary>
internal sealed class ModelEndpointException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status; null when no answer came, or when it broke off.</summary>
    public int? Status { get; init; }

    /// <summary>How long the endpoint asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request can succeed later: worth a retry.</summary>
    public bool IsTransient => Status is null or 408 or 409 or 429 or >= 500;
}
