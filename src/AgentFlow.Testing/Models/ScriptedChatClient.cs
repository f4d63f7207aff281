using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>
/// A model that says what a unit test tells it to. Replies are scripted in order; replies under a
/// <see cref="When"/> serve only the requests that meet its condition, so that parallel agents can share one client and
/// still be answered the same way in every run. A request that fits no reply fails with
/// <see cref="ScriptExhaustedException"/>, and <see cref="VerifyComplete"/> fails when a reply was never asked for.
/// </summary>
/// <example>
/// <code>
/// using var model = new ScriptedChatClient()
///     .CallTool("lookup", new { policy = "P-1" })
///     .Reply(new Facts("P-1", 1200m))
///     .When(call => call.Mentions("fraud"))
///         .Fail(new HttpRequestException("503"))
///         .Reply("no signs of fraud");
/// // … run the flow …
/// model.VerifyComplete();
/// </code>
/// </example>
/// <remarks>
/// Thread-safe. <see cref="GetResponseAsync"/> and <see cref="GetStreamingResponseAsync"/> serve the same script.
/// <see cref="Dispose"/> does nothing and never throws; <see cref="VerifyComplete"/> is the check.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class ScriptedChatClient : IChatClient
{
    private static readonly JsonSerializerOptions s_json = CreateJsonOptions();

    private readonly Lock _lock = new();
    private readonly Script _script = new();
    private readonly List<ChatCall> _calls = [];
    private readonly List<ChatCall> _unanswered = [];
    private readonly ChatClientMetadata _metadata;
    private readonly TimeProvider _time;
    private readonly JsonSerializerOptions _json;

    /// <summary>Creates a client with an empty script.</summary>
    /// <param name="timeProvider">The clock of delays and timestamps; the system's when omitted.</param>
    /// <param name="modelId">The model id that responses and metadata carry.</param>
    /// <param name="jsonOptions">
    /// How typed replies and tool arguments are serialized unless a reply says otherwise; when omitted, as
    /// <see cref="AIJsonUtilities.DefaultOptions"/> do, with nulls written and without indentation.
    /// </param>
    public ScriptedChatClient(
        TimeProvider? timeProvider = null, string modelId = "scripted", JsonSerializerOptions? jsonOptions = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        _time = timeProvider ?? TimeProvider.System;
        _metadata = new ChatClientMetadata("scripted", defaultModelId: modelId);
        _json = jsonOptions ?? s_json;
    }

    /// <summary>Every request so far in the order of arrival, those that found no reply included. A snapshot.</summary>
    public IReadOnlyList<ChatCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>How many scripted replies have not been asked for yet; replies scripted with <see cref="Always"/> do not count.</summary>
    public int Unused
    {
        get
        {
            lock (_lock)
            {
                return _script.Unused;
            }
        }
    }

    private string DebuggerDisplay => $"{_metadata.DefaultModelId}: {Calls.Count} requests, {Unused} replies left";

    /// <summary>Checks that every scripted reply was asked for and every request was answered.</summary>
    /// <exception cref="FlowAssertionException">
    /// It was not so; the message lists the unused replies and the requests without a reply, also when the flow under
    /// test swallowed their <see cref="ScriptExhaustedException"/>.
    /// </exception>
    public void VerifyComplete()
    {
        string message;
        lock (_lock)
        {
            if (_script.Unused == 0 && _unanswered.Count == 0)
            {
                return;
            }

            message = $"The script of the model was not followed: {_calls.Count} requests came."
                + Lines("replies never asked for", _script.UnusedLines)
                + Lines("requests without a reply", [.. _unanswered.Select(static call => call.ToString())]);
        }

        throw new FlowAssertionException(message);
    }

    /// <summary>Serves the next fitting reply as one response.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">The options of the request.</param>
    /// <param name="cancellationToken">Ends a scripted delay; a request with a cancelled token uses up no reply.</param>
    /// <exception cref="ScriptExhaustedException">No reply fits.</exception>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return ServeAsync();

        async Task<ChatResponse> ServeAsync() =>
            await Take(messages, options, isStreaming: false, cancellationToken).WholeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Serves the next fitting reply as a stream. The request counts when the stream is first read.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">The options of the request.</param>
    /// <param name="cancellationToken">Ends the stream and its delays; a request with a cancelled token uses up no reply.</param>
    /// <exception cref="ScriptExhaustedException">No reply fits.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: a test that failed for another reason must not be told that replies were left.</summary>
    public void Dispose()
    {
    }

    private static string Lines(string title, IReadOnlyCollection<string> lines) =>
        lines.Count == 0 ? "" : $"\n  {title}: {lines.Count}" + string.Concat(lines.Select(static line => "\n    " + line));

    private static JsonSerializerOptions CreateJsonOptions()
    {
        var options = new JsonSerializerOptions(AIJsonUtilities.DefaultOptions)
        {
            WriteIndented = false,
            DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
        };
        options.MakeReadOnly();
        return options;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var delivery = Take(messages, options, isStreaming: true, cancellationToken);
        await foreach (var update in delivery.StreamAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private ReplyDelivery Take(
        IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreaming, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChatCall call;
        ScriptedTurn turn;
        string id;
        lock (_lock)
        {
            call = new ChatCall(_calls.Count + 1, messages, options, isStreaming);
            _calls.Add(call);
            turn = _script.Take(call) ?? throw Exhausted(call);
            id = turn.Id;
        }

        var reply = turn.Reply;
        if (turn.Build is { } build)
        {
            reply = new ScriptedReply(_json);
            build(call, reply);
        }

        return new ReplyDelivery(reply!, id, _metadata.DefaultModelId, _time);
    }

    private ScriptExhaustedException Exhausted(ChatCall call)
    {
        _unanswered.Add(call);
        return new ScriptExhaustedException(call, _script.UnusedLines);
    }
}
