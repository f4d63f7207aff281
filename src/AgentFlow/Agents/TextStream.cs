namespace AgentFlow;

/// <summary>
/// The text of one attempt on its way to the readers of a run's events. Once the attempt is over its text is void: what a body
/// that was left behind still says goes nowhere.
/// </summary>
internal sealed class TextStream(FlowRun run, StepPath path, string agent, int attempt)
{
    private readonly Lock _lock = new();
    private bool _hasPublished;
    private bool _isOver;

    /// <summary>Whether anybody may have read a part of it.</summary>
    public bool HasPublished
    {
        get
        {
            lock (_lock) return _hasPublished;
        }
    }

    public void Publish(string text)
    {
        if (text.Length == 0) return;
        lock (_lock)
        {
            if (_isOver) return;
            _hasPublished = true;
            run.Events.Publish(new TextDelta(path, agent, text));
        }
    }

    public void Complete()
    {
        lock (_lock) _isOver = true;
    }

    /// <summary>The attempt failed or was left behind.</summary>
    public void Discard()
    {
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
            if (_hasPublished) run.Events.Publish(new TextDiscarded(path, attempt));
        }
    }
}
