namespace AgentFlow;

/// <summary>
/// What governance must know of a tool: <c>o =&gt; o.Effect(EffectClass.Read).Scopes("policies:read")</c>. Every method returns the
/// same instance. Used during building only, not thread-safe, frozen afterwards.
/// </summary>
public sealed class ToolOptions
{
    private readonly List<string> _scopes = [];
    private string? _name;
    private string? _description;
    private EffectClass? _effect;
    private Label? _source;
    private TimeSpan? _timeout;
    private string? _lane;
    private int _retries;
    private TimeSpan? _retryDelay;
    private ToolApproval? _approval;
    private UncertainRule? _uncertain;

    internal ToolOptions()
    {
    }

    /// <summary>Names the tool otherwise than its method, function or step.</summary>
    /// <param name="name">What the model calls: at most 64 letters, digits, <c>_</c> and <c>-</c>.</param>
    public ToolOptions Name(string name)
    {
        _name = StepName.Validate(name);
        return this;
    }

    /// <summary>Describes the tool to the model.</summary>
    /// <param name="description">What it does and when to call it.</param>
    public ToolOptions Description(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        _description = description;
        return this;
    }

    /// <summary>Declares what calling the tool again would mean. Default: <see cref="EffectClass.Irreversible"/>, or what a step declares.</summary>
    /// <param name="effect">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ToolOptions Effect(EffectClass effect)
    {
        _effect = OptionRange.Defined(effect, nameof(effect));
        return this;
    }

    /// <summary>States what a caller must be allowed to do. Facts for policies; nothing else looks at them.</summary>
    /// <param name="scopes">In the host's terms, for example <c>refunds:write</c>.</param>
    public ToolOptions Scopes(params IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        _scopes.AddRange(scopes);
        return this;
    }

    /// <summary>Marks everything the tool returns; whoever sees it carries the label on.</summary>
    /// <param name="label">For example <c>Label.Untrusted("web")</c>.</param>
    public ToolOptions Source(Label label)
    {
        ArgumentNullException.ThrowIfNull(label);
        _source = label;
        return this;
    }

    /// <summary>Cancels a call after a time, and walks away from a tool that ignores its token. The model is told.</summary>
    /// <param name="timeout">10 milliseconds to a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is shorter or longer.</exception>
    public ToolOptions Timeout(TimeSpan timeout)
    {
        _timeout = OptionRange.Timeout(timeout, OptionRange.Day, nameof(timeout));
        return this;
    }

    /// <summary>Retries a failed call with exponential back-off and jitter. Not for <see cref="EffectClass.Irreversible"/> tools.</summary>
    /// <param name="retries">Additional attempts after the first, at least 1.</param>
    /// <param name="delay">The first back-off, doubled each time, up to a day; 1 second when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one retry, a negative delay or one of more than a day.</exception>
    public ToolOptions Retry(int retries, TimeSpan? delay = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retries, 1);
        (_retries, _retryDelay) = (retries, delay is { } first ? OptionRange.Delay(first, nameof(delay)) : null);
        return this;
    }

    /// <summary>Runs each attempt under a named limit of the runtime.</summary>
    /// <param name="name">A lane of <see cref="Scheduling.SchedulerOptions"/>.</param>
    public ToolOptions Lane(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _lane = name;
        return this;
    }

    /// <summary>Lets a human approve, change or reject a call before it happens.</summary>
    /// <param name="when">Which calls; all of them when not given. A rule that throws refuses the call.</param>
    /// <param name="reason">What the human is told.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="tellModel">
    /// Whether the model is told who rejected a call and why, in the human's own words. Otherwise it learns only that the call was rejected.
    /// </param>
    /// <param name="terms">How many people, who not, until when; one person and for ever when not given.</param>
    public ToolOptions RequireApproval(Func<ToolArguments, bool>? when = null, string? reason = null, string? role = null, bool tellModel = false, Approvals.RequestTerms? terms = null)
    {
        terms?.Validate();
        _approval = new(when, reason ?? "the tool asks for approval", role, tellModel, terms ?? Approvals.RequestTerms.Default);
        return this;
    }

    /// <summary>
    /// Who says what became of a call of an <see cref="EffectClass.Irreversible"/> tool that had been started when its process stopped, instead
    /// of <see cref="FlowRuntimeOptions.UncertainRole"/> and <see cref="FlowRuntimeOptions.UncertainTerms"/>.
    /// </summary>
    /// <param name="role">In the host's terms; anybody when not given.</param>
    /// <param name="terms">Who not, until when and who is asked next. After the last deadline the call fails with the error type <c>Uncertain</c>.</param>
    /// <exception cref="InvalidOptionException">The terms demand more than one person, or are out of their range.</exception>
    public ToolOptions WhenUncertain(string? role = null, Approvals.RequestTerms? terms = null)
    {
        _uncertain = UncertainRule.Create(role, terms, nameof(WhenUncertain));
        return this;
    }

    /// <summary>The plan of a tool whose call is an effect of its own.</summary>
    internal ToolPlan Freeze<TIn, TOut>(string name, string description, StepPlan plan, Action<ToolOptions>? configure, EffectClass? undeclared = null)
    {
        configure?.Invoke(this);
        var options = new StepOptions<TIn, TOut>(plan);
        if (_effect is { } effect) options.Effect(effect);
        if (_source is not null) options.Source(_source);
        if (_timeout is { } timeout) options.Timeout(timeout);
        if (_lane is not null) options.Lane(_lane);
        if (_retries > 0) options.Retry(_retries, _retryDelay);
        return new()
        {
            Name = _name ?? name,
            Description = _description ?? description,
            Step = options.Freeze() with { MayAsk = _approval is not null, Uncertain = _uncertain ?? plan.Uncertain },
            Effect = _effect ?? undeclared ?? plan.Effect,
            Scopes = [.. _scopes],
            Approval = _approval,
            IsTimed = _timeout is not null,
        };
    }
}
