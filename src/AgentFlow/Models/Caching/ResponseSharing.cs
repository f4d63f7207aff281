using System.Runtime.ExceptionServices;
using System.Text.Json;
using AgentFlow.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// The responses that runs of one runtime share: those of the cache, and those that are on their way. One of several equal calls makes the
/// call; the others wait for it without a slot. When it is cancelled, refused or replaced, the next one makes it; when it fails, all fail.
/// </summary>
internal sealed class ResponseSharing(FlowRuntime runtime, IModelCache cache)
{
    private readonly Dictionary<string, DispatchedSignal<Landing>> _flights = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <param name="key">What makes calls equal.</param>
    /// <param name="lifetime">How long the response is kept.</param>
    /// <param name="call">Makes the call.</param>
    /// <param name="isKept">Whether a response may serve others later on.</param>
    /// <param name="cancellationToken">Cancelled with this call.</param>
    public async ValueTask<(ChatResponse Response, bool IsShared)> GetAsync(
        string key, TimeSpan lifetime, Func<ValueTask<ChatResponse>> call, Func<ChatResponse, bool> isKept, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Join(key) is not { } flight) return await LeadAsync(key, lifetime, call, isKept, cancellationToken).ConfigureAwait(false);
            var landing = await WaitAsync(flight, cancellationToken).ConfigureAwait(false);
            landing.Failure?.Throw();
            if (landing.Response is { } bytes && TryRead(key, bytes) is { } response) return (response, true);
        }
    }

    private DispatchedSignal<Landing>? Join(string key)
    {
        lock (_lock)
        {
            if (_flights.TryGetValue(key, out var flight)) return flight;
            _flights.Add(key, new(runtime.Dispatcher));
            return null;
        }
    }

    private async ValueTask<Landing> WaitAsync(DispatchedSignal<Landing> flight, CancellationToken cancellationToken)
    {
        using var parked = runtime.Park();
        return await flight.WaitAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<(ChatResponse Response, bool IsShared)> LeadAsync(
        string key, TimeSpan lifetime, Func<ValueTask<ChatResponse>> call, Func<ChatResponse, bool> isKept, CancellationToken cancellationToken)
    {
        var landing = default(Landing);
        try
        {
            if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { } found && TryRead(key, found) is { } cached)
            {
                landing = new(found, null);
                return (cached, true);
            }

            var response = await call().ConfigureAwait(false);
            if (Write(key, response) is not { } bytes) return (response, false);
            landing = new(bytes, null);
            if (isKept(response)) await StoreAsync(key, bytes, lifetime, cancellationToken).ConfigureAwait(false);
            return (response, false);
        }
        catch (Exception exception) when (Resilience.MayRepeat(exception, cancellationToken))
        {
            landing = new(null, ExceptionDispatchInfo.Capture(exception));
            throw;
        }
        finally
        {
            DispatchedSignal<Landing> flight;
            lock (_lock) _flights.Remove(key, out flight!);
            flight.Give(landing);
        }
    }

    private async ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.FindAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            RunLog.CacheFailed(runtime.Logger, key, exception);
            return null;
        }
    }

    private async ValueTask StoreAsync(string key, byte[] response, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        try
        {
            await cache.StoreAsync(key, response, lifetime, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The call has been made and paid for: it is not lost because it cannot be kept.
            RunLog.CacheFailed(runtime.Logger, key, exception);
        }
    }

    private byte[]? Write(string key, ChatResponse response)
    {
        try
        {
            var node = JsonSerializer.SerializeToElement(response, runtime.Json.GetTypeInfo(typeof(ChatResponse)));
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                writer.WriteString("key", key);
                writer.WritePropertyName("response");
                node.WriteTo(writer);
                writer.WriteEndObject();
            }

            return buffer.ToArray();
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            RunLog.CacheFailed(runtime.Logger, key, exception);
            return null;
        }
    }

    /// <summary>The response without its usage, which was paid for by another call; null when the bytes are not what was kept under the key.</summary>
    private ChatResponse? TryRead(string key, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var entry = document.RootElement;
            if (entry.GetProperty("key").GetString() != key) throw new JsonException("it belongs to another key");
            var response = (ChatResponse?)entry.GetProperty("response").Deserialize(runtime.Json.GetTypeInfo(typeof(ChatResponse)));
            if (response is not { Messages.Count: > 0 } || response.Messages.Any(message => message is null or { Contents: null })) throw new JsonException("it has no messages");
            response.Usage = null;
            return response;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException)
        {
            RunLog.CacheEntryUnreadable(runtime.Logger, key, exception);
            return null;
        }
    }

    private readonly record struct Landing(byte[]? Response, ExceptionDispatchInfo? Failure);
}
