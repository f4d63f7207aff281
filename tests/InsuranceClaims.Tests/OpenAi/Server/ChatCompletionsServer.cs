using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace InsuranceClaims.Tests.OpenAi.Server;

/// <summary>An HTTP server on a free port of this machine: one request per connection, answered by a function.</summary>
internal sealed class ChatCompletionsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<JsonElement, Task<WireAnswer>> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public ChatCompletionsServer(Func<JsonElement, Task<WireAnswer>> answer)
    {
        _answer = answer;
        _listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");
        _loop = AcceptAsync();
    }

    public ChatCompletionsServer(params WireAnswer[] answers)
        : this(Script(answers))
    {
    }

    public Uri Endpoint { get; }

    /// <summary>The bodies received, in order.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>The request lines and headers received, in order.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private static Func<JsonElement, Task<WireAnswer>> Script(WireAnswer[] answers)
    {
        var next = -1;
        return _ => Task.FromResult(Interlocked.Increment(ref next) is var turn && turn < answers.Length
            ? answers[turn] : WireAnswer.Error(599, "the script is over"));
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
            try
            {
                await using var stream = client.GetStream();
                var (head, body) = await ReadAsync(stream);
                Heads.Enqueue(head);
                using var request = JsonDocument.Parse(body);
                Requests.Enqueue(request.RootElement.Clone());
                await WriteAsync(stream, await _answer(request.RootElement.Clone()).WaitAsync(_stop.Token));
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // A client that hangs up is part of what is tested.
            }
    }

    private async Task<(string Head, byte[] Body)> ReadAsync(NetworkStream stream)
    {
        using var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var bodyStart = -1;
        var length = 0;
        while (bodyStart < 0 || received.Length < bodyStart + length)
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
                throw new IOException("The client hung up.");
            received.Write(buffer, 0, count);
            if (bodyStart < 0 && received.GetBuffer().AsSpan(0, (int)received.Length).IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                bodyStart = end + 4;
                length = ContentLength(Encoding.ASCII.GetString(received.GetBuffer(), 0, end));
            }
        }
        return (Encoding.ASCII.GetString(received.GetBuffer(), 0, bodyStart), received.ToArray()[bodyStart..]);
    }

    private static int ContentLength(string head)
    {
        foreach (var line in head.Split("\r\n"))
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                return int.Parse(line.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
        return 0;
    }

    private async Task WriteAsync(NetworkStream stream, WireAnswer answer)
    {
        var type = answer.Events is null ? "application/json" : "text/event-stream";
        var extra = answer.Header is null ? "" : answer.Header + "\r\n";
        await SendAsync(stream, $"HTTP/1.1 {answer.Status} Test\r\nContent-Type: {type}\r\nConnection: close\r\n{extra}Transfer-Encoding: chunked\r\n\r\n");
        if (answer.Events is null)
            await ChunkAsync(stream, answer.Body ?? "");
        else
            foreach (var data in answer.Events)
                await ChunkAsync(stream, $"data: {data}\n\n");
        if (!answer.Cut)
            await SendAsync(stream, "0\r\n\r\n");
    }

    private async Task ChunkAsync(NetworkStream stream, string text)
    {
        if (text.Length > 0)
            await SendAsync(stream, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");
    }

    private async Task SendAsync(NetworkStream stream, string text)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _stop.Token);
        await stream.FlushAsync(_stop.Token);
    }
}
