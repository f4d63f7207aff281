namespace InsuranceClaims.OpenAi;

/// <summary>Where the real model is, as the environment says.</summary>
/// <param name="Endpoint">Null means OpenAI itself.</param>
internal sealed record OpenAiSettings(string ApiKey, Uri? Endpoint, string Model)
{
    public const string DefaultModel = "gpt-4o-mini";

    public static readonly Uri DefaultEndpoint = new("https://api.openai.com/v1");

    /// <summary>Null when there is no OPENAI_API_KEY.</summary>
    /// <exception cref="UsageException">OPENAI_BASE_URL is no http address.</exception>
    public static OpenAiSettings? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("OPENAI_API_KEY") is not { } key || string.IsNullOrWhiteSpace(key))
            return null;
        var address = variable("OPENAI_BASE_URL");
        Uri? endpoint = null;
        if (!string.IsNullOrWhiteSpace(address)
            && (!Uri.TryCreate(address, UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https")))
            throw new UsageException(address, $"OPENAI_BASE_URL is {address}; it has to be an http or https address such as https://host/v1.");
        return new(key.Trim(), endpoint, variable("OPENAI_MODEL") is { Length: > 0 } model ? model : DefaultModel);
    }
}
