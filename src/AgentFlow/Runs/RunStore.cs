using System.Runtime.ExceptionServices;
using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>
/// The one sequencer between a run and its durable journal: numbers and encodes the entries in the order in which they are
/// appended, and writes them in batches, one batch at a time. Parallel branches share a batch.
/// </summary>
internal sealed class RunStore(IJournal journal, RunId runId, FlowRuntime runtime, long epoch, int stored = 0)
{
    private readonly Lock _lock = new();
    private List<StoredEntry> _pending = [];
    private int _sequence = stored;
    private int _durable = stored;

    /// <summary>Given when the present write has ended, with its failure.</summary>
    private DispatchedSignal<ExceptionDispatchInfo?>? _write;

    public long Epoch => epoch;

    /// <summary>How many entries the run has, durable or about to be.</summary>
    public int Count => Volatile.Read(ref _sequence);

    /// <summary>Whether everything taken so far is durable.</summary>
    public bool IsDurable
    {
        get
        {
            lock (_lock) return _durable == _sequence;
        }
    }

    /// <summary>Takes an entry in order; it is written with the next flush.</summary>
    /// <exception cref="PayloadException">The value cannot be serialized or is too large. Nothing was taken.</exception>
    public void Add(JournalEntry entry)
    {
        lock (_lock)
        {
            entry.Sequence = _sequence + 1;
            _pending.Add(Encode(entry));
            _sequence++;
        }
    }

    /// <summary>Completes when every entry taken before the call is durable.</summary>
    public async ValueTask FlushAsync()
    {
        int target;
        lock (_lock) target = _sequence;
        while (true)
        {
            DispatchedSignal<ExceptionDispatchInfo?> write;
            bool isMine;
            lock (_lock)
            {
                if (_durable >= target) return;
                isMine = _write is null;
                write = _write ??= new(runtime.Dispatcher);
            }

            if (isMine) await WriteAsync(write).ConfigureAwait(false);
            else (await write.WaitAsync().ConfigureAwait(false))?.Throw();
        }
    }

    /// <summary>A batch that fails stays pending and is never overtaken by a later one: order has no holes.</summary>
    private async Task WriteAsync(DispatchedSignal<ExceptionDispatchInfo?> ended)
    {
        ExceptionDispatchInfo? failure = null;
        List<StoredEntry> batch;
        lock (_lock)
        {
            batch = _pending;
            _pending = [];
        }

        try
        {
            await journal.AppendAsync(runId, epoch, batch, CancellationToken.None).ConfigureAwait(false);
            lock (_lock) _durable += batch.Count;
        }
        catch (Exception exception)
        {
            lock (_lock) _pending = [.. batch, .. _pending];
            failure = ExceptionDispatchInfo.Capture(exception is JournalException ? exception : new JournalFailedException(runId, exception));
        }

        lock (_lock) _write = null;
        ended.Give(failure);
        failure?.Throw();
    }

    private StoredEntry Encode(JournalEntry entry)
    {
        StoredEntry encoded;
        try
        {
            encoded = EntryEncoder.Encode(entry, runtime.Json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new PayloadException(entry.Path, $"the value cannot be serialized: {exception.Message} Return a serializable type, or add a converter or source-generated context to FlowRuntimeOptions.SerializerOptions.", exception);
        }

        if (encoded.Body.Length <= runtime.Options.MaxPayloadBytes) return encoded;
        throw new PayloadException(entry.Path, $"the entry has {encoded.Body.Length} bytes, FlowRuntimeOptions.MaxPayloadBytes allows {runtime.Options.MaxPayloadBytes}. Store large data elsewhere and pass a reference.", null);
    }
}
