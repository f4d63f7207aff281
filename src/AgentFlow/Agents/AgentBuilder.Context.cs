namespace AgentFlow;

/// <content>What the agent knows of what was before.</content>
public sealed partial class AgentBuilder<TIn, TOut>
{
    private HistoryPlan _history = HistoryPlan.Default;

    /// <summary>
    /// Keeps the conversation inside the model's window, in long tool loops and across the runs of a session. Without it, an agent stays
    /// inside the window of a model whose context size the runtime knows, by leaving out its oldest messages.
    /// </summary>
    /// <param name="configure">Called at once.</param>
    public AgentBuilder<TIn, TOut> History(Action<HistoryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new HistoryOptions();
        configure(options);
        _history = options.Freeze();
        return this;
    }
}
