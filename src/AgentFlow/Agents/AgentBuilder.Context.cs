namespace AgentFlow;

/// <content>What the agent knows of what was before.</content>
public sealed partial class AgentBuilder<TIn, TOut>
{
    private HistoryPlan _history = HistoryPlan.Default;
    private AgentMemory? _memory;
    private bool _isInSession;
    private Earlier? _sees;

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

    /// <summary>
    /// Lets the agent see what earlier steps have shown, as data in a message after its prompt, marked where it came from outside. Seeing
    /// it raises the agent's label.
    /// </summary>
    /// <param name="earlier">Which: <see cref="Earlier.All"/>, <see cref="Earlier.Named"/>, <see cref="Earlier.Last"/>, <see cref="Earlier.Summary"/>.</param>
    public AgentBuilder<TIn, TOut> Sees(Earlier earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        _sees = earlier;
        return this;
    }

    /// <summary>
    /// Lets the agent continue the conversation of its run's session, <see cref="RunOptions.SessionId"/>: it sees what was said in the
    /// earlier runs, and what is said in this one is kept when it has answered. In a run without a session it changes nothing.
    /// </summary>
    /// <remarks>
    /// The conversation is kept as it stands, without instructions and recalled memories: with <see cref="History"/>, or a model whose context
    /// size the runtime knows, it stays inside the window. Of two runs at the same time the one that answers later fails with a
    /// <see cref="SessionConflictException"/>; a run that is repeated after a crash keeps its turn once.
    /// </remarks>
    public AgentBuilder<TIn, TOut> InSession()
    {
        _isInSession = true;
        return this;
    }

    /// <summary>
    /// Gives the agent a memory beyond its run: what is closest to its prompt is recalled before the first model call, and its model gets
    /// the tools <c>remember</c> and <c>recall</c>. The store is the runtime's, unless it has one of its own.
    /// </summary>
    /// <param name="configure">Whose memory, how much, which tools; called at once.</param>
    public AgentBuilder<TIn, TOut> Memory(Action<MemoryOptions>? configure = null)
    {
        var options = new MemoryOptions();
        configure?.Invoke(options);
        _memory = options.Freeze(_name);
        return this;
    }
}
