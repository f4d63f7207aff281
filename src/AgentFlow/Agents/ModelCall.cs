namespace AgentFlow;

/// <summary>What belongs to one model call beside its content: who calls whom, and what is learnt while it runs.</summary>
internal sealed class ModelCall(string agent, ModelSource source)
{
    private long _ticks;

    public string Agent => agent;

    public ModelSource Source => source;

    /// <summary>The time spent in the model's client, all attempts together.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    public void Spent(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
