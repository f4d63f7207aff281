using System.Threading.Tasks.Sources;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// Records of one run on their way to the disk, and what their writer waits for. The bytes of the previous hash link stand
/// before the first record, so that every record follows its predecessor's hash.
/// </summary>
internal sealed class AppendRequest : IValueTaskSource, IDisposable
{
    private readonly PooledBuffer _bytes;
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };

    /// <param name="run">The run, or <see langword="null"/> for a frame that only proves the ones before it.</param>
    /// <param name="bytes">Room for a hash, then the records, their hashes not filled in.</param>
    /// <param name="count">How many records.</param>
    public AppendRequest(RunState? run, PooledBuffer bytes, int count)
    {
        Run = run;
        _bytes = bytes;
        Count = count;
    }

    public RunState? Run { get; }

    public int Count { get; }

    public int Length => Math.Max(0, _bytes.Length - RecordHash.Size);

    public ReadOnlySpan<byte> Records => _bytes.Written[Math.Min(_bytes.Length, RecordHash.Size)..];

    /// <summary>Where the run ends with these records. Set by <see cref="Chain"/>.</summary>
    public RunTail Tail { get; private set; }

    /// <summary>Where the records begin in the body of their frame.</summary>
    public int Offset { get; set; }

    public ValueTask Completion => new(this, _completion.Version);

    /// <summary>Fills in the hashes, given where the run ends without these records.</summary>
    public void Chain(in RunTail tail)
    {
        var bytes = _bytes.Written;
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

    public void Complete()
    {
        Dispose();
        _completion.SetResult(true);
    }

    public void Fail(Exception exception)
    {
        Dispose();
        _completion.SetException(exception);
    }

    public void Dispose() => _bytes.Dispose();

    void IValueTaskSource.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
