using System.Diagnostics;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// A named unit of work with a typed input and output. Closed: every step is an <see cref="EffectStep{TIn,TOut}"/> (a body
/// that runs once and is recorded) or a <see cref="Flow{TIn,TOut}"/> (orchestration of other steps). Immutable and thread-safe:
/// one definition serves any number of concurrent runs.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract partial class Step
{
    private readonly Step _origin;

    private protected Step(string name)
    {
        Name = StepName.Validate(name);
        _origin = this;
    }

    private protected Step()
    {
        Name = StepName.Of(GetType());
        _origin = this;
    }

    /// <summary>The name, unique among the steps of its scope. It is a segment of every path through this step.</summary>
    public string Name { get; private protected set; }

    /// <summary>The type the step takes.</summary>
    public abstract Type InputType { get; }

    /// <summary>The type the step yields.</summary>
    public abstract Type OutputType { get; }

    /// <summary>What kind of step this is, for descriptions and drawings.</summary>
    internal abstract string Kind { get; }

    /// <summary>Whether the step has a body that runs, as opposed to orchestrating others.</summary>
    internal virtual bool IsEffect => false;

    /// <summary>Which operation the policies judge when this step runs.</summary>
    internal virtual PolicyOperation Operation => Plan.Operation;

    /// <summary>Resilience, lane and effect class as configured; never null.</summary>
    internal StepPlan Plan { get; private protected set; } = StepPlan.Default;

    /// <summary>What stands for the body: instances that share it yield the same for the same input.</summary>
    internal virtual object Identity => _origin;

    /// <summary>The step itself, without scopes around it.</summary>
    internal virtual Step Unscoped => this;

    /// <summary>The steps that this one consists of, each with its place below; empty for an effect, and where code decides what runs.</summary>
    internal virtual IReadOnlyList<StepPlace> Parts => [];

    /// <summary>The name of the agent in the registry that this step stands for; null for all others.</summary>
    internal virtual string? RegisteredAgent => null;

    /// <summary>What it is for, in words for a model; empty when nobody has said it.</summary>
    internal virtual string Purpose => "";

    /// <summary>The steps that it may call as tools.</summary>
    internal virtual IEnumerable<Step> ToolSteps => [];

    /// <summary>Whether it, or something known inside of it, must not happen twice.</summary>
    internal virtual bool IsIrreversible => false;

    /// <summary>What stands for the structure inside: copies under other names and options share it.</summary>
    internal virtual object Shape => this;

    /// <summary>Whether two instances are the same definition, so that using both under one name is no clash. A copy with options is.</summary>
    internal bool IsSameAs(Step other) => Unscoped.IsSameDefinition(other.Unscoped);

    private protected virtual bool IsSameDefinition(Step other) => ReferenceEquals(_origin, other._origin);

    /// <summary>Adds the step to the description of the flow that uses it, at its path there. Steps that contain others add those too.</summary>
    internal virtual void Describe(FlowSketch sketch, string path) => sketch.Add(this, path);

    /// <summary>Reports what is wrong with the step where a flow uses it. Called by <c>Build()</c>, nested flows included.</summary>
    internal virtual void Validate(DefectList defects, string path)
    {
    }

    /// <summary>Reports what the step needs and the runtime does not have. Called for registered steps, nested ones included.</summary>
    internal virtual void CheckAgainst(FlowRuntime runtime, DefectList defects, string path) => runtime.CheckLane(Plan.Lane, defects, path);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}: {TypeNames.Short(InputType)} → {TypeNames.Short(OutputType)}";
}

/// <summary>A named unit of work that takes <typeparamref name="TIn"/> and yields <typeparamref name="TOut"/>.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it yields.</typeparam>
public abstract partial class Step<TIn, TOut> : Step
{
    private protected Step(string name)
        : base(name)
    {
    }

    private protected Step()
    {
    }

    /// <inheritdoc/>
    public sealed override Type InputType => typeof(TIn);

    /// <inheritdoc/>
    public sealed override Type OutputType => typeof(TOut);

    /// <summary>The same step under another name, for use beside a step that already has this one.</summary>
    /// <param name="name">The new name: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    public Step<TIn, TOut> As(string name)
    {
        var copy = (Step<TIn, TOut>)MemberwiseClone();
        copy.Name = StepName.Validate(name);
        return copy;
    }

    /// <summary>
    /// The same step with options, wherever it is used: <c>step.With(o =&gt; o.Retry(3))</c>. What it has already stays, further inside.
    /// </summary>
    /// <param name="options">Retry, timeout, lane, fallback, cache.</param>
    public Step<TIn, TOut> With(Action<StepOptions<TIn, TOut>> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return this.Configure(options);
    }

    internal virtual Step<TIn, TOut> With(StepPlan plan)
    {
        var copy = (Step<TIn, TOut>)MemberwiseClone();
        copy.Plan = plan;
        return copy;
    }

    /// <summary>The trusted facts that policies may rely on.</summary>
    internal virtual void DescribeTo(PolicyFacts facts, TIn input)
    {
    }

    /// <summary>How policies and humans see and change the input.</summary>
    internal virtual PolicySubject<TIn> SubjectOf(TIn input, Label? label) => new(input, label);

    /// <summary>Runs the step inside <paramref name="scope"/> at its own <paramref name="path"/>. The only way into a step.</summary>
    internal abstract ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input);
}
