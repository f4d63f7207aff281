using System.Diagnostics;

namespace AgentFlow;

/// <summary>One call of a tool: what the model asks for, on whose behalf, and what is learnt while it runs.</summary>
[DebuggerDisplay("{Agent} → {CallId}")]
internal sealed class ToolCall(string agent, string callId, IReadOnlyDictionary<string, object?> arguments)
{
    private long _ticks;

    public string Agent => agent;

    /// <summary>How the model's service refers to the call.</summary>
    public string CallId => callId;

    public IReadOnlyDictionary<string, object?> Arguments { get; set; } = arguments;

    /// <summary>The time spent in the tool, all attempts together.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    public void Spent(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
