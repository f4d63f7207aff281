using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Which of the runs that continue one another this one is. None: the first.</summary>
/// <param name="First">The run with which it began.</param>
/// <param name="Generation">How many runs there are, this one included.</param>
internal sealed record Succession(RunId First, int Generation)
{
    /// <summary>The successor of a run: always the same one, so that it is not begun twice.</summary>
    public static Succession After(RunStartedEntry started) => started.Succession is { } known ? known with { Generation = known.Generation + 1 } : new(started.RunId, 2);

    public RunId Id => RunId.Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{First}~{Generation}"));
}

/// <summary>What the handles of ended generations share: the run that goes on for them.</summary>
internal sealed class Generations<TOut>(FlowRun<TOut> current)
{
    private volatile FlowRun<TOut> _current = current;

    public FlowRun<TOut> Current
    {
        get => _current;
        set => _current = value;
    }
}
