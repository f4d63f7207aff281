using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI;
using Wire = OpenAI.Chat;

namespace InsuranceClaims.OpenAi;

/// <summary>
/// The official OpenAI client as an <see cref="IChatClient"/>. It does not retry: that is decided where the call is
/// made, with the budget and the deadline of the run in sight. Thread-safe.
/// </summary>
internal sealed class OpenAiChatClient : IChatClient
{
    private readonly OpenAIClient _client;
    private readonly ChatClientMetadata _metadata;
    private readonly string _model;

    public OpenAiChatClient(OpenAiSettings settings, TimeSpan? timeout = null)
    {
        var options = new OpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(maxRetries: 0), NetworkTimeout = timeout };
        if (settings.Endpoint is not null)
            options.Endpoint = settings.Endpoint;
        _client = new OpenAIClient(new ApiKeyCredential(settings.ApiKey), options);
        _model = settings.Model;
        Endpoint = settings.Endpoint ?? OpenAiSettings.DefaultEndpoint;
        _metadata = new ChatClientMetadata("openai", Endpoint, _model);
    }

    public Uri Endpoint { get; }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var model = options?.ModelId ?? _model;
        try
        {
            Wire.ChatCompletion completion = await _client.GetChatClient(model)
                .CompleteChatAsync(MessageMapping.ToWire(messages, options), OptionsMapping.ToWire(options), cancellationToken);
            return ResponseMapping.FromWire(completion);
        }
        catch (Exception failure) when (EndpointFailures.IsEndpointFailure(failure, cancellationToken))
        {
            throw EndpointFailures.Describe(failure, Endpoint, model);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var model = options?.ModelId ?? _model;
        var stream = new StreamMapping();
        await using var updates = _client.GetChatClient(model)
            .CompleteChatStreamingAsync(MessageMapping.ToWire(messages, options), OptionsMapping.ToWire(options), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(updates, model, cancellationToken))
            foreach (var update in stream.Read(updates.Current))
                yield return update;
        if (!stream.IsFinished)
            throw EndpointFailures.CutStream(Endpoint, model);
        foreach (var update in stream.Finish())
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(OpenAIClient) ? _client
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
    }

    // A try with a catch cannot hold a yield.
    private async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<Wire.StreamingChatCompletionUpdate> updates, string model, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception failure) when (EndpointFailures.IsEndpointFailure(failure, cancellationToken))
        {
            throw EndpointFailures.Describe(failure, Endpoint, model);
        }
    }
}
