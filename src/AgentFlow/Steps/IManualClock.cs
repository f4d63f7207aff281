namespace AgentFlow;

/// <summary>A clock that stands still until somebody moves it: what it is asked to wait for must not be random.</summary>
internal interface IManualClock
{
}
