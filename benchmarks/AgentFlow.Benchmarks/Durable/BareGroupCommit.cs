using System.Threading.Channels;

namespace AgentFlow.Benchmarks;

/// <summary>
/// A group commit with nothing else: writers hand their entry to a thread through a channel, it writes what has come with one call,
/// syncs once, and lets the writers go. No runs, no hashes, no checksums, no index.
/// </summary>
internal sealed class BareGroupCommit : IDisposable
{
    private readonly BareLog _log;
    private readonly int _entryBytes;
    private readonly Channel<TaskCompletionSource> _queue = Channel.CreateBounded<TaskCompletionSource>(4096);
    private readonly Thread _thread;

    public BareGroupCommit(string directory, int entryBytes)
    {
        _log = new BareLog(directory);
        _entryBytes = entryBytes;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public async Task AppendAsync(int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_queue.Writer.TryWrite(written)) await _queue.Writer.WriteAsync(written).ConfigureAwait(false);
            await written.Task.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _queue.Writer.Complete();
        _thread.Join();
        _log.Dispose();
    }

    private void Run()
    {
        var batch = new List<TaskCompletionSource>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (_queue.Reader.TryRead(out var next)) batch.Add(next);
            _log.Append(batch.Count * _entryBytes);
            foreach (var written in batch) written.SetResult();
        }
    }
}
