namespace AgentFlow.Testing;

/// <summary>How an evaluation is carried out. Read once, when it begins; not thread-safe.</summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the flow yields.</typeparam>
public sealed class EvaluationOptions<TIn, TOut>
{
    internal EvaluationOptions()
    {
    }

    internal int Repetitions { get; private set; } = 1;

    internal int Parallel { get; private set; } = 4;

    internal TimeSpan RunDeadline { get; private set; } = TimeSpan.FromMinutes(10);

    internal string? ReportName { get; private set; }

    internal Step<TIn, TOut>? Other { get; private set; }

    internal Func<EvaluationCase<TIn, TOut>, RunOptions> RunOptions { get; private set; } = static _ => new();

    /// <summary>How the report is called. Default: the name of the flow.</summary>
    /// <param name="name">Not blank.</param>
    public EvaluationOptions<TIn, TOut> Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ReportName = name;
        return this;
    }

    /// <summary>Runs every case several times, because models do not answer the same twice. Default: once.</summary>
    /// <param name="runs">1 to 1000.</param>
    public EvaluationOptions<TIn, TOut> Repeat(int runs)
    {
        Repetitions = InRange(runs, 1000, nameof(Repeat));
        return this;
    }

    /// <summary>
    /// How many runs are under way at a time, scoring included. Default: 4. On a <see cref="FlowTestHost"/> one run follows the other
    /// whatever is said here, so that the same evaluation takes the same course every time.
    /// </summary>
    /// <param name="runs">1 to 1000.</param>
    public EvaluationOptions<TIn, TOut> MaxParallel(int runs)
    {
        Parallel = InRange(runs, 1000, nameof(MaxParallel));
        return this;
    }

    /// <summary>How long each run may take, by the runtime's clock; then it has failed. Default: 10 minutes. A run that waits for a human whom nobody plays ends so.</summary>
    /// <param name="deadline">More than zero, at most 3650 days.</param>
    public EvaluationOptions<TIn, TOut> Deadline(TimeSpan deadline)
    {
        if (deadline <= TimeSpan.Zero || deadline > TimeSpan.FromDays(3650)) throw Invalid(nameof(Deadline), deadline, "Use more than zero and at most 3650 days.");
        RunDeadline = deadline;
        return this;
    }

    /// <summary>How the runs of a case are started: principal, tags, limits. Its id is ignored: every run is a new one.</summary>
    /// <param name="options">Called once per run. A deadline in it counts instead of <see cref="Deadline"/>.</param>
    public EvaluationOptions<TIn, TOut> StartWith(Func<EvaluationCase<TIn, TOut>, RunOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        RunOptions = options;
        return this;
    }

    /// <summary>
    /// Tries another flow on the same cases with the same scorers, for example a single agent that does the whole job: is the flow worth
    /// what it costs? Its results are in <see cref="EvaluationReport.Against"/>.
    /// </summary>
    /// <param name="other">A flow, agent or step of the same type.</param>
    public EvaluationOptions<TIn, TOut> Against(Step<TIn, TOut> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Other = other;
        return this;
    }

    private static int InRange(int value, int most, string option) =>
        value >= 1 && value <= most ? value : throw Invalid(option, value, $"Use 1 to {most}.");

    private static InvalidOptionException Invalid(string option, object value, string cure) => new($"EvaluationOptions.{option}", value, cure);
}
