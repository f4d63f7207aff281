using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>An agent of the registry where a flow uses it: by name and type. Which version it is, the run has pinned.</summary>
internal sealed class AgentReference<TIn, TOut> : Flow<TIn, TOut>
{
    internal AgentReference(string agent, string description)
        : base(agent, new AgentReferenceNode<TIn, TOut>(agent))
    {
        Agent = agent;
        Purpose = description;
    }

    /// <summary>The name in the registry, whatever the step is called here.</summary>
    public string Agent { get; }

    internal override string Kind => "agent";

    internal override string RegisteredAgent => Agent;

    internal override string Purpose { get; }

    internal override object Identity => (typeof(TIn), typeof(TOut), Agent);

    /// <summary>A later version may have tools that must not be called twice.</summary>
    internal override bool IsIrreversible => true;

    internal override PolicyOperation Operation => PolicyOperation.InvokeAgent;

    private protected override string Structure => $"registered={Agent}";

    private protected override bool IsSameDefinition(Step other) => other is AgentReference<TIn, TOut> same && same.Agent == Agent && ReferenceEquals(same.Plan, Plan);

    private protected override bool IsJudged(FlowRun run) => run.Runtime.Policies.Covers(PolicyOperation.InvokeAgent);

    internal override void Validate(DefectList defects, string path)
    {
        base.Validate(defects, path);
        if (Plan.Retries > 0) defects.Add(path, "an agent of the registry is retried as a whole, and its versions may have irreversible tools", "retry its model calls with limits.retries in its definition");
    }

    internal override void CheckAgainst(FlowRuntime runtime, DefectList defects, string path)
    {
        base.CheckAgainst(runtime, defects, path);

        // What a store holds that was not read yet is not known here.
        if (runtime.Agents is { IsLoaded: false }) return;
        foreach (var (problem, cure) in AgentUse.Problems<TIn, TOut>(runtime, Agent)) defects.Add(path, problem, cure);
    }

    internal override ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        var pin = scope.Run.PinOf(scope, path, Agent);
        return IsJudged(scope.Run)
            ? new RegisteredInvocation<TIn, TOut>(this, pin, scope, path).RunAsync(new PolicySubject<TIn>(input, scope.Label))
            : base.InvokeAsync(scope, path, input);
    }

    internal ValueTask<TOut> ProceedAsync(FlowContext scope, StepPath path, TIn input) => base.InvokeAsync(scope, path, input);
}

/// <summary>The body: that of the agent which the pinned version describes, at the same path.</summary>
internal sealed class AgentReferenceNode<TIn, TOut>(string agent) : OpaqueNode<TIn, TOut>
{
    public override ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        var run = context.Run;
        return run.Runtime.RegisteredAgents.Get<TIn, TOut>(run.PinOf(context, context.Path, agent)).ConverseAsync(input, context);
    }
}

/// <summary>One invocation of an agent of the registry under policies.</summary>
internal sealed class RegisteredInvocation<TIn, TOut>(AgentReference<TIn, TOut> agent, AgentPin pin, FlowContext scope, StepPath path)
    : Invocation<TIn, TOut>(scope, path, agent.Name, PolicyOperation.InvokeAgent, Invocations.AgentEnd)
{
    private readonly FlowRuntime _runtime = scope.Run.Runtime;

    protected override Step Step => agent;

    protected override ValueTask<TOut> ProceedAsync(FlowContext inside, TIn input) => agent.ProceedAsync(inside, Path, input);

    protected override void Describe(PolicyFacts facts, TIn input)
    {
        var definition = _runtime.RegisteredAgents.Require(pin).Definition;
        facts.Agent = pin;
        facts.Model = definition.Model;
        facts.Scopes = definition.Scopes;
    }
}
