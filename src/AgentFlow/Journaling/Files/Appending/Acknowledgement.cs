namespace AgentFlow.Journaling.Files;

/// <summary>
/// Wakes the writers of a batch, on the thread pool. One work item wakes them one after another, and leaves another one in the queue
/// as long as somebody is left: a writer that takes its time, or blocks, holds up nobody.
/// </summary>
internal sealed class Acknowledgement : IThreadPoolWorkItem
{
    private readonly AppendRequest[] _requests;
    private int _next;

    private Acknowledgement(AppendRequest[] requests) => _requests = requests;

    /// <summary>Says how appends ended. No writer goes on inside of this call.</summary>
    /// <param name="requests">The appends.</param>
    /// <param name="failure">An exception for each of them; null when their records are on the disk.</param>
    public static void Give(AppendRequest[] requests, Func<Exception>? failure)
    {
        foreach (var request in requests) request.Settle(failure?.Invoke());
        ThreadPool.UnsafeQueueUserWorkItem(new Acknowledgement(requests), preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var next = Interlocked.Increment(ref _next);
        if (next < _requests.Length) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        for (; next <= _requests.Length; next = Interlocked.Increment(ref _next)) _requests[next - 1].Wake();
    }
}
