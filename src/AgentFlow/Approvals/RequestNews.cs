namespace AgentFlow.Approvals;

/// <summary>The news of one request on their way to the host's notifiers: in order, each when it is durable, one after the other.</summary>
internal sealed class RequestNews(FlowRuntime runtime, FlowRun? run, string requestId) : IThreadPoolWorkItem
{
    private readonly Queue<Func<IRequestNotifier, CancellationToken, ValueTask>> _pending = new();
    private bool _isTelling;

    /// <summary>Never waits and never throws.</summary>
    public void Tell(Func<IRequestNotifier, CancellationToken, ValueTask> news)
    {
        lock (_pending)
        {
            _pending.Enqueue(news);
            if (_isTelling) return;
            _isTelling = true;
        }

        runtime.Dispatcher.Dispatch(this);
    }

    public void Execute() => _ = TellAllAsync();

    private async Task TellAllAsync()
    {
        while (true)
        {
            Func<IRequestNotifier, CancellationToken, ValueTask> news;
            lock (_pending)
            {
                if (!_pending.TryDequeue(out news!))
                {
                    _isTelling = false;
                    return;
                }
            }

            foreach (var notifier in runtime.Options.RequestNotifiers) await TellAsync(notifier, news).ConfigureAwait(false);
        }
    }

    private async ValueTask TellAsync(IRequestNotifier notifier, Func<IRequestNotifier, CancellationToken, ValueTask> news)
    {
        var inbox = runtime.Requests;
        try
        {
            // What a crash could take back is no news.
            if (run is not null) await run.FlushAsync().ConfigureAwait(false);
            await news(notifier, inbox.Disposed).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (inbox.Disposed.IsCancellationRequested)
        {
            // The next runtime tells what is open.
        }
        catch (Exception exception)
        {
            inbox.CountFailedNotification();
            RunLog.NotifierThrew(runtime.Logger, requestId, exception);
        }
    }
}
