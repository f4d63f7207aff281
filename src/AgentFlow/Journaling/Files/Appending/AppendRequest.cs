using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// Records of one run on their way to the disk, and what their writer waits for. The bytes of the previous hash link stand
/// before the first record, so that every record follows its predecessor's hash.
/// </summary>
internal sealed class AppendRequest : IValueTaskSource
{
    private readonly PooledBuffer? _bytes;
    private readonly BufferPool? _pool;
    private ManualResetValueTaskSourceCore<bool> _writer;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isSettled;

    /// <summary>Asks for a frame without records, which only proves the ones before it.</summary>
    public AppendRequest()
    {
    }

    /// <param name="run">The run.</param>
    /// <param name="bytes">Room for a hash, then the records, their hashes not filled in.</param>
    /// <param name="count">How many records.</param>
    /// <param name="pool">Where the bytes go when they are written.</param>
    public AppendRequest(RunState run, PooledBuffer bytes, int count, BufferPool pool)
    {
        Run = run;
        _bytes = bytes;
        Length = bytes.Length - RecordHash.Size;
        Count = count;
        _pool = pool;
    }

    public RunState? Run { get; }

    public int Count { get; }

    /// <summary>How many bytes the records have.</summary>
    public int Length { get; }

    public ReadOnlySpan<byte> Records => _bytes is null ? default : _bytes.Written[RecordHash.Size..];

    /// <summary>Where the run ends with these records. Set by <see cref="Chain"/>.</summary>
    public RunTail Tail { get; private set; }

    /// <summary>Where the records begin in the body of their frame.</summary>
    public int Offset { get; set; }

    public ValueTask Completion => new(this, _writer.Version);

    /// <summary>Fills in the hashes, given where the run ends without these records.</summary>
    public void Chain(in RunTail tail)
    {
        var bytes = _bytes!.Written;
        var head = tail.Head;
        ((ReadOnlySpan<byte>)head).CopyTo(bytes);
        var next = tail;
        for (int at = RecordHash.Size; RecordView.TryRead(bytes[at..], out var record); at += record.Bytes.Length)
        {
            int end = at + record.Bytes.Length - RecordHash.Size;
            RecordHash.Compute(bytes[(at - RecordHash.Size)..end], bytes[end..]);
            next = next.After(record);
        }

        Tail = next;
    }

    /// <summary>From here on, whoever looks sees how it ended. Who waits already is told by <see cref="Wake"/>.</summary>
    /// <param name="failure">Why the records are not on the disk; null when they are.</param>
    public void Settle(Exception? failure)
    {
        if (_bytes is not null) _pool!.Return(_bytes);
        if (failure is not null) _failure = ExceptionDispatchInfo.Capture(failure);
        _isSettled = true;
    }

    /// <summary>The writer goes on inside of this call.</summary>
    public void Wake() => _writer.SetResult(true);

    void IValueTaskSource.GetResult(short token)
    {
        if (!_isSettled) _writer.GetResult(token);
        _failure?.Throw();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) =>
        !_isSettled ? ValueTaskSourceStatus.Pending : _failure is null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _writer.OnCompleted(continuation, state, token, flags);
}
