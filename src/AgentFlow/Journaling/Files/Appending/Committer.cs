using System.Threading.Channels;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// The only writer of the log: takes what waits in the queue, writes it as one frame with one call, syncs it, and only then
/// tells the writers. After the first failure nothing is acknowledged any more.
/// </summary>
internal sealed class Committer : IDisposable
{
    private const int MaxBatchRequests = 4096;
    private const int MaxIdleLooks = 100;
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMilliseconds(1);

    private readonly RecordLogOptions _options;
    private readonly SegmentSet _segments;
    private readonly Channel<AppendRequest> _queue;
    private readonly List<AppendRequest> _batch = [];
    private readonly PooledBuffer _frame = new(64 << 10);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer? _idle;
    private int _started;
    private long _provenLsn;
    private long _lsnAtLastTick;
    private volatile Exception? _fault;
    private int _lastBatch;
    private TimeSpan _lastWrite;

    /// <summary>How long it is worth waiting for others, or for work.</summary>
    private TimeSpan Patience => _lastWrite / 2 < LongestPatience ? _lastWrite / 2 : LongestPatience;

    public Committer(RecordLogOptions options, SegmentSet segments)
    {
        _options = options;
        _segments = segments;
        _provenLsn = segments.Active.LastLsn;

        // The committer's own wait is the only continuation on this channel; running it where the writer is saves a hop
        // through the pool for every batch.
        _queue = Channel.CreateBounded<AppendRequest>(new BoundedChannelOptions(options.QueueCapacity)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true,
        });
        if (!options.CommitsByHand)
        {
            _idle = options.TimeProvider.CreateTimer(static state => ((Committer)state!).OnIdleTick(), this, options.IdleProof, options.IdleProof);
        }
    }

    /// <summary>The first failure, or <see langword="null"/>.</summary>
    public Exception? Fault => _fault;

    /// <summary>Puts an append in the queue. The order of calls is the order on the disk; a full queue makes the request wait, not the caller.</summary>
    /// <exception cref="JournalPoisonedException">A write has failed before.</exception>
    public void Enqueue(AppendRequest request)
    {
        if (_fault is not null) throw Refusal();
        if (!_queue.Writer.TryWrite(request)) _ = WaitForPlaceAsync(request);
        StartOnce();
    }

    /// <summary>Writes one batch of what is in the queue.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Commit()
    {
        Gather();
        if (_batch.Count == 0) return false;
        if (_fault is not null)
        {
            Acknowledgement.Give([.. _batch], Refusal);
            return true;
        }

        var start = TimeProvider.System.GetTimestamp();
        try
        {
            Write();
        }
        catch (Exception e)
        {
            Poison(e);
            Acknowledgement.Give([.. _batch], e is JournalIOException io ? io.Again : Refusal);
            return true;
        }

        (_lastBatch, _lastWrite) = (_batch.Count, TimeProvider.System.GetElapsedTime(start));
        Acknowledgement.Give([.. _batch], null);
        return true;
    }

    /// <summary>Takes no more, writes what was taken, and proves it.</summary>
    public Task CloseAsync()
    {
        _idle?.Dispose();
        _queue.Writer.TryComplete();
        if (Interlocked.Exchange(ref _started, 1) == 0) Run();
        return _ended.Task;
    }

    public void Dispose() => _frame.Dispose();

    /// <summary>What every append is told after a failure or the end.</summary>
    public Exception Refusal() =>
        _fault is { } fault ? new JournalPoisonedException(_options.Directory, fault) : new ObjectDisposedException(nameof(RecordLog));

    /// <summary>Refuses every append from now on.</summary>
    public void Poison(Exception fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        _queue.Writer.TryComplete();
    }

    private void StartOnce()
    {
        if (_options.CommitsByHand || Volatile.Read(ref _started) != 0 || Interlocked.Exchange(ref _started, 1) != 0) return;
        new Thread(Run) { IsBackground = true, Name = "AgentFlow journal" }.Start();
    }

    private void Run()
    {
        while (WaitForWork())
        {
            do WaitForOthers();
            while (Commit());
        }

        CloseWithProof();
        _ended.SetResult();
    }

    /// <summary>Who was just acknowledged comes back soon: waking a thread that sleeps takes longer than looking for a moment.</summary>
    private bool WaitForWork()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_queue.Reader.Count == 0 && TimeProvider.System.GetElapsedTime(start) < Patience) Thread.Yield();
        var wait = _queue.Reader.WaitToReadAsync();
        return wait.IsCompletedSuccessfully ? wait.Result : wait.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>
    /// Whoever was acknowledged together appends again together, if at all: without a moment's patience the first of them would take a
    /// sync alone, and all the others would wait for the next one. The patience is a part of what a sync takes.
    /// </summary>
    private void WaitForOthers()
    {
        var start = TimeProvider.System.GetTimestamp();
        var (count, idle) = (_queue.Reader.Count, 0);
        while (count > 0 && count < _lastBatch && idle < MaxIdleLooks && TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            Thread.Yield();
            var now = _queue.Reader.Count;
            idle = now > count ? 0 : idle + 1;
            count = now;
        }
    }

    private void Gather()
    {
        _batch.Clear();
        long bytes = 0;
        while (_batch.Count < MaxBatchRequests
            && _queue.Reader.TryPeek(out var next)
            && (_batch.Count == 0 || bytes + next.Length <= _options.MaxBatchBytes)
            && _queue.Reader.TryRead(out next))
        {
            _batch.Add(next);
            bytes += next.Length;
        }
    }

    private void Write()
    {
        _frame.Clear();
        _frame.Take(FrameHeader.Size);
        int count = 0;
        foreach (var request in _batch)
        {
            request.Offset = _frame.Length - FrameHeader.Size;
            _frame.Write(request.Records);
            count += request.Count;
        }

        if (count == 0)
        {
            Prove();
            return;
        }

        int body = _frame.Length - FrameHeader.Size;
        _frame.Take(FrameHeader.Padded(body) - body).Clear();
        int offset = _segments.Append(_frame.Written, count);
        foreach (var request in _batch)
        {
            if (request.Run is not { } run) continue;
            var extent = new Extent(_segments.Active, offset + request.Offset, request.Length, request.Tail.Sequence - request.Count + 1, request.Count);
            lock (run) run.Publish(extent, request.Tail);
        }
    }

    private void Prove()
    {
        if (_provenLsn == _segments.Active.LastLsn) return;
        _frame.Clear();
        _frame.Take(FrameHeader.Size);
        _segments.Append(_frame.Written, 0);
        _provenLsn = _segments.Active.LastLsn;
    }

    private void CloseWithProof()
    {
        if (_fault is not null) return;
        try
        {
            Prove();
        }
        catch (Exception e)
        {
            Poison(e);
        }
    }

    private void OnIdleTick()
    {
        long lsn = _segments.Active.LastLsn;
        bool quiet = Interlocked.Exchange(ref _lsnAtLastTick, lsn) == lsn;
        if (quiet && lsn > Volatile.Read(ref _provenLsn)) _queue.Writer.TryWrite(new AppendRequest());
    }

    private async Task WaitForPlaceAsync(AppendRequest request)
    {
        try
        {
            await _queue.Writer.WriteAsync(request).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            Acknowledgement.Give([request], Refusal);
        }
    }
}
